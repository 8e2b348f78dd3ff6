import { Card, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { KeyTable } from '../../keys/key-table.tsx'
import { messages } from '../../messages.ts'
import { text } from '../../messages/help.ts'
import { Command } from '../../ui/command.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { CloseCodes } from './close-codes.tsx'

import styles from './help.module.css'

type SectionName = keyof typeof text.sections

/** What a user of the page may have to look up. */
export function HelpPage() {
  return (
    <>
      <PageHead title={messages.pages.help} purpose={text.purpose} />
      <nav aria-label={text.contents} className={styles.contents}>
        {(Object.keys(text.sections) as SectionName[]).map((name) => (
          <a key={name} href={`#${name}`}>
            {text.sections[name]}
          </a>
        ))}
      </nav>
      <Section name="connect">
        <p>
          {text.connect.intro} <Link to="/services">{text.connect.services}</Link>
        </p>
        <p>{text.connect.views}</p>
        <Table head={[text.connect.view, text.connect.gets, text.connect.ask]}>
          {text.connect.viewRows.map(({ name, gets, ask }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td>{gets}</td>
              <td className="mono">{ask}</td>
            </tr>
          ))}
        </Table>
        <p>{text.connect.tokens}</p>
      </Section>
      <Section name="filter">
        <p>{text.filter.intro}</p>
        <Table head={[text.filter.example, text.filter.means]}>
          {text.filter.rows.map(({ example, means }) => (
            <tr key={example}>
              <td>
                <Link className="mono" to="/connections" search={{ filter: example } as never} title={text.filter.here}>
                  {example}
                </Link>
              </td>
              <td>{means}</td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section name="rules">
        <p>{text.rules.intro}</p>
        <Table head={[text.rules.line, text.rules.means]}>
          {text.rules.rows.map(({ line, means }) => (
            <tr key={line}>
              <td className="mono">{line}</td>
              <td>{means}</td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section name="closes">
        <p>{text.closes.intro}</p>
        <CloseCodes />
      </Section>
      <Section name="keys">
        <KeyTable />
      </Section>
      <Section name="downloads">
        <p>
          <a href="/downloads/websocketc.mjs" download>
            {text.downloads.websocketc}
          </a>
          <br />
          {text.downloads.websocketcHint}
        </p>
        <Command text={text.downloads.command(window.location.origin)} label={text.downloads.commandLabel} />
        <p>
          <a href="/docs">{text.downloads.api}</a>
        </p>
        <p>
          <a href="/api/v1/openapi.json">{text.downloads.openapi}</a>
        </p>
      </Section>
    </>
  )
}

function Section({ name, children }: { name: SectionName; children: ReactNode }) {
  return (
    <Card component="section" id={name} aria-labelledby={`${name}-title`} className={styles.section}>
      <Title order={2} id={`${name}-title`}>
        {text.sections[name]}
      </Title>
      {children}
    </Card>
  )
}

function Table({ head, children }: { head: readonly string[]; children: ReactNode }) {
  return (
    // Scrolls sideways where room is short, so the keyboard must be able to get in.
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={head.join(', ')}>
      <table className={styles.table}>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
