import { RulesView } from '../../rules/rules-view.tsx'

/** Where connections go. */
export function RedirectionPage() {
  return <RulesView list="redirects" />
}
