import { RulesView } from '../../rules/rules-view.tsx'

/** Who may connect to what. */
export function FirewallPage() {
  return <RulesView list="rules" />
}
