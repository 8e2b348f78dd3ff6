import { formatSize } from '../units.ts'
import type { DocumentInput, PolicyDocument, RedirectInput, RuleInput, TestInput } from './document.ts'

interface FormatOptions {
  /** Write `id=`, so that reading the text again gives the same document. */
  readonly ids?: boolean
}

/** `allow in authd tls:example.com # note`; `off` in front when it is switched off. */
export function formatRule(rule: RuleInput, { ids = false }: FormatOptions = {}): string {
  const { id, enabled, action, direction, service, peer, limits, until, note } = rule
  return line([
    enabled === false && 'off',
    action,
    direction,
    word(service),
    peer ?? '*',
    ...(limits === undefined ? [] : limitWords(limits)),
    until !== undefined && `until=${until}`,
    ids && id !== undefined && `id=${id}`,
    comment(note),
  ])
}

/** `redirect authd nextversion-authd percent=10`; the peer is left out when it is anyone. */
export function formatRedirect(redirect: RedirectInput, { ids = false }: FormatOptions = {}): string {
  const { id, enabled, from, to, peer = '*', percent, fallback, until, note } = redirect
  return line([
    enabled === false && 'off',
    'redirect',
    word(from),
    word(to),
    peer !== '*' && peer,
    percent !== undefined && `percent=${percent}`,
    fallback !== undefined && `fallback=${value(fallback)}`,
    until !== undefined && `until=${until}`,
    ids && id !== undefined && `id=${id}`,
    comment(note),
  ])
}

/** `test allow in authd tls:example.com rule=k3x9`. */
export function formatTest(test: TestInput, { ids = false }: FormatOptions = {}): string {
  const { id, direction, service, peer = '*', expect, rule, target, note } = test
  return line([
    'test',
    expect,
    direction,
    word(service),
    peer !== '*' && peer,
    rule !== undefined && `rule=${rule}`,
    target !== undefined && `target=${value(target)}`,
    ids && id !== undefined && `id=${id}`,
    comment(note),
  ])
}

/** The whole document: redirects, rules, tests, defaults, each as a block of lines, captions above their entries. */
export function formatPolicy(document: DocumentInput | PolicyDocument, options: FormatOptions = {}): string {
  const { redirects = [], rules = [], tests = [], defaults = {}, caption } = document
  const blocks = [
    block<RedirectInput>(redirects, (entry) => formatRedirect(entry, options)),
    block<RuleInput>(rules, (entry) => formatRule(entry, options)),
    block<TestInput>(tests, (entry) => formatTest(entry, options)),
    `default in ${defaults.in ?? 'deny'}\ndefault out ${defaults.out ?? 'deny'}`,
    caption === undefined ? '' : formatCaption(caption),
  ]
  return `${blocks.filter((text) => text !== '').join('\n\n')}\n`
}

/** A blank line stands above each caption but one at the top. */
function block<T extends { readonly caption?: string | undefined }>(list: readonly T[], format: (entry: T) => string) {
  return list
    .map((entry, at) => {
      if (entry.caption === undefined) return format(entry)
      return `${at === 0 ? '' : '\n'}${formatCaption(entry.caption)}\n${format(entry)}`
    })
    .join('\n')
}

/** Comment lines, as they stand above an entry. */
export function formatCaption(caption: string): string {
  return caption
    .split('\n')
    .map((text) => (text === '' ? '#' : `# ${text}`))
    .join('\n')
}

function limitWords(limits: NonNullable<RuleInput['limits']>): (string | false)[] {
  const { perAddress, perUser, perService, messagesPerSecond, bytesPerSecond, over = 'wait' } = limits
  const words = [
    perAddress !== undefined && `per-address=${perAddress}`,
    perUser !== undefined && `per-user=${perUser}`,
    perService !== undefined && `per-service=${perService}`,
    messagesPerSecond !== undefined && `messages=${messagesPerSecond}/s`,
    bytesPerSecond !== undefined && `bytes=${formatSize(bytesPerSecond)}/s`,
  ]
  const silent = over === 'wait' && words.some((each) => each !== false)
  return silent ? words : [...words, `over=${over}`]
}

const line = (words: readonly (string | false)[]): string =>
  words.filter((each) => each !== false && each !== '').join(' ')

const comment = (note: string | undefined): string => (note === undefined || note === '' ? '' : `# ${note}`)

/** Quoted where it would be taken for a comment or a quote. */
const word = (text: string): string => (/^(#|"|[a-z][a-z-]*=")/.test(text) ? JSON.stringify(text) : text)

const value = (text: string): string => (text.startsWith('"') ? JSON.stringify(text) : text)
