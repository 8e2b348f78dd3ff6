import { catalog } from './catalog.ts'

export const text = catalog({
  asTable: 'As a table',
  time: 'Time',
  waiting: 'The first values come in a moment.',
  highest: (value: string) => `highest ${value}`,
  tableHint: (points: number) => `The last ${points} values, newest first.`,
})
