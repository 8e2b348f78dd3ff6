import { formatAge, formatCount } from '../../shared/units.ts'

const rules = new Intl.PluralRules('en')

/** `3 rules`, `1 rule`: the number with the form of the word that goes with it. */
export function plural(count: number, one: string, other: string): string {
  return `${formatCount(count)} ${rules.select(count) === 'one' ? one : other}`
}

/** `3 min ago`. @param ms milliseconds since then */
export function ago(ms: number): string {
  return ms < 1000 ? 'just now' : `${formatAge(ms)} ago`
}
