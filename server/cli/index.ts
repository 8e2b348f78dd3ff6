import { close } from './close.ts'
import type { CommandEntry } from './command.ts'
import { connections } from './connections.ts'
import { list } from './list.ts'
import { serve } from './serve.ts'

/** Catalog of subcommands: one file, one line. In the order of the help. */
export const commands: readonly CommandEntry[] = [serve, list, connections, close]
