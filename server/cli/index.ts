import { close } from './close.ts'
import type { CommandEntry } from './command.ts'
import { connections } from './connections.ts'
import { doctor } from './doctor.ts'
import { explain } from './explain.ts'
import { exportPolicy } from './export.ts'
import { importPolicy } from './import.ts'
import { list } from './list.ts'
import { rules } from './rules.ts'
import { serve } from './serve.ts'
import { setup } from './setup.ts'
import { token } from './token.ts'
import { user } from './user.ts'

/** Catalog of subcommands: one file, one line. In the order of the help. */
export const commands: readonly CommandEntry[] = [
  serve,
  setup,
  list,
  connections,
  close,
  rules,
  explain,
  user,
  token,
  exportPolicy,
  importPolicy,
  doctor,
]
