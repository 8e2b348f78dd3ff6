import { CliError } from './shell.ts'
import { oneLine } from './text.ts'

/**
 * Words of a rule that were given one by one. The name of a service may begin with a dash (`-/admin`), so commands take
 * what they do not know as words; an option that is misspelt must not become part of a rule.
 * @throws CliError (status 2)
 */
export function ruleWords(words: readonly string[]): string {
  const option = words.find((word) => /^-(?!\/)/.test(word))
  if (option === undefined) return words.join(' ')
  throw new CliError(`unknown option '${oneLine(option)}'`, 2)
}

/** Options that take words instead of one value, as ipcd's do. */
const WORDED: Readonly<Record<string, string>> = { '--allow': 'allow', '--deny': 'deny', '--redirect': 'redirect' }

/**
 * Joins ipcd's options of `serve` into one value each: `--allow in authd tls:example.com` becomes `--rule "allow in authd
 * tls:example.com"`. Their words go up to the next option; the order of all rules stays. Everything else is passed on.
 */
export function joinRuleWords(args: readonly string[]): string[] {
  if (args[0] !== 'serve') return [...args]
  const joined: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === '--') return [...joined, ...args.slice(at)]
    const equals = arg.indexOf('=')
    const option = equals < 0 ? arg : arg.slice(0, equals)
    const action = Object.hasOwn(WORDED, option) ? WORDED[option]! : null
    if (action === null) {
      joined.push(arg)
      continue
    }
    const words = equals < 0 ? [] : [arg.slice(equals + 1)]
    while (at + 1 < args.length && !args[at + 1]!.startsWith('--')) words.push(args[++at]!)
    joined.push(`--rule=${[action, ...words].join(' ')}`)
  }
  return joined
}
