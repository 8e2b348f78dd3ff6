const ALPHABET = '23456789abcdefghjkmnpqrstvwxyz' // nothing that is mistaken for another when read out

/** An id for a new entry of a draft, as the gateway makes them: never made twice in practice (30^8). */
export function makeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return `r-${[...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`
}
