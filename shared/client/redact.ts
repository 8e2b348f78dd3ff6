/** Sub-protocols that carry a token (CONTRACT 4), in the characters of an HTTP token (RFC 9110 5.6.2). */
const bearer = /\b(sockgate\.bearer\.)[!#$%&'*+\-.^_`|~0-9A-Za-z]+/gi

/** Text for people or logs, with the token of each `sockgate.bearer.<token>` replaced by `[redacted]`. */
export function withoutTokens(text: string): string {
  return text.replace(bearer, '$1[redacted]')
}
