import { KeyTable } from '../../../keys/key-table.tsx'
import { Section } from '../section.tsx'

/** Which key does what. */
export function KeysSection() {
  return (
    <Section name="keys">
      <KeyTable />
    </Section>
  )
}
