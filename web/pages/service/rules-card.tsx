import { Card, Title } from '@mantine/core'

import type { FirewallRule, Redirect } from '../../../shared/policy/document.ts'
import { formatRedirect, formatRule } from '../../../shared/policy/line-format.ts'
import { text as all } from '../../messages/services.ts'
import { AppLink } from '../../ui/app-link.tsx'
import { oneLine } from '../../ui/one-line.ts'

import styles from './service.module.css'

const text = all.page

interface RulesCardProps {
  readonly rules: readonly FirewallRule[]
  readonly redirects: readonly Redirect[]
}

/** Redirections and rules whose pattern matches the service, or that lead to it, in the order they are judged. */
export function RulesCard({ rules, redirects }: RulesCardProps) {
  return (
    <Card component="section" aria-labelledby="rules-title">
      <Title order={2} id="rules-title" mb="sm">
        {text.rules}
      </Title>
      {rules.length + redirects.length === 0 && <p className="dim">{text.rulesNone}</p>}
      <ul className={styles.rules}>
        {redirects.map((redirect) => (
          <Entry
            key={redirect.id}
            to={`/rules/redirection?${new URLSearchParams({ edit: redirect.id })}`}
            kind={text.redirectsTo}
            line={formatRedirect(redirect)}
          />
        ))}
        {rules.map((rule) => (
          <Entry
            key={rule.id}
            to={`/rules/firewall?${new URLSearchParams({ edit: rule.id })}`}
            kind={text.firewall}
            line={formatRule(rule)}
          />
        ))}
      </ul>
    </Card>
  )
}

function Entry(props: { to: string; kind: string; line: string }) {
  return (
    <li>
      <AppLink to={props.to} className="mono wrap">
        {oneLine(props.line)}
      </AppLink>
      <span className={styles.ruleKind}>
        <span className="dim">{props.kind}</span>
      </span>
    </li>
  )
}
