// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { Composer } from './composer.tsx'
import type { Form } from './log.tsx'

const sent: (string | Uint8Array)[] = []

function Page() {
  const [form, setForm] = useState<Form>('text')
  return (
    <MantineProvider env="test">
      <Composer enabled form={form} onForm={setForm} onSend={(message) => sent.push(message)} />
    </MantineProvider>
  )
}

beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
  render(<Page />)
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function write(value: string): void {
  fireEvent.change(screen.getByRole('textbox'), { target: { value } })
  fireEvent.click(screen.getByRole('button', { name: 'Send' }))
}

it('sends what was written as text, also when it looks like hex', () => {
  write('00 ff')
  expect(sent).toEqual(['00 ff'])
})

it('sends bytes in hex mode, and keeps what is no hex, with a sentence', () => {
  fireEvent.click(screen.getByRole('radio', { name: 'Hex' }))
  write('00 fg')
  expect(sent).toEqual([])
  expect(screen.getByText('“g” at character 5 is not a hex digit. Write 0–9 and a–f.')).toBeTruthy()
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Message in hex' }).value).toBe('00 fg')
  write('00ff 0A')
  expect(sent).toEqual([Uint8Array.of(0, 255, 10)])
  expect(screen.queryByText(/is not a hex digit/)).toBeNull()
})
