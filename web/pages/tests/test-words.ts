import type { PolicyTest } from '../../../shared/policy/document.ts'
import { text } from '../../messages/tests.ts'

/** Connection of a test as a sentence, code in `back quotes`. */
export function testSentence({ direction, service, peer }: Pick<PolicyTest, 'direction' | 'service' | 'peer'>): string {
  const words = peer.split(' ').filter((word) => word !== '' && word !== '*')
  const one = (prefix: string) => words.find((word) => word.startsWith(prefix))?.slice(prefix.length) ?? null
  const origin = one('origin:')
  const facts = words.filter((word) => !word.startsWith('user:') && (!word.startsWith('origin:') || origin === 'none'))
  return text.sentence({
    direction,
    service,
    origin: origin === 'none' ? null : origin,
    user: one('user:'),
    facts: facts.join(' '),
  })
}
