import type { CommandEntry } from './command.ts'
import { addImport } from './rules/files.ts'

/** `sockgate import`: the same as `rules apply`, under the name that goes with `export`. */
export const importPolicy: CommandEntry = { name: 'import', add: addImport }
