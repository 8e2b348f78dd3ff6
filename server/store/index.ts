import { openStore } from './sqlite.ts'

/** What the gateway can keep its data in. The compliance suite runs over each. */
export const stores = [{ name: 'sqlite', summary: 'one file in the data directory', open: openStore }] as const

export { openStore }
