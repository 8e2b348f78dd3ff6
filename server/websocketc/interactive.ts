import { createInterface, cursorTo, moveCursor, clearScreenDown } from 'node:readline'
import type { Interface } from 'node:readline'

import { commandNames, obey } from './commands.ts'
import type { Actions } from './commands.ts'
import { HISTORY_MAX, loadHistory, saveHistory } from './history.ts'
import type { Io, Printer } from './printer.ts'

/** A person at the keyboard. */
export interface Dialogue {
  /** Gives the terminal back, keeps the history. */
  end(): void
}

/**
 * Reads lines with editing and history, and lets everything else appear above the line being typed. `^D` and `^C` do
 * what `/quit` does.
 */
export function converse(io: Io, printer: Printer, historyFile: string | null, actions: Actions): Dialogue {
  const output = io.stdout.isTTY ? io.stdout : io.stderr
  const history = loadHistory(historyFile)
  let lines: readonly string[] = history
  const editor = createInterface({
    input: io.stdin,
    output,
    terminal: output.isTTY,
    prompt: output.isTTY ? '> ' : '',
    history,
    historySize: HISTORY_MAX,
    removeHistoryDuplicates: true,
    completer: (line: string) => [commandNames.filter((name) => line !== '' && name.startsWith(line)), line],
  })
  editor.on('history', (all: string[]) => (lines = [...all]))
  let ended = false
  const leave = () => {
    if (!ended) actions.close()
  }
  editor.on('SIGINT', leave)
  editor.on('close', leave)
  editor.on('line', (line) => {
    const done = obey(line, actions).catch((error: Error) => printer.problem(error.message))
    void done.finally(() => {
      if (!ended) editor.prompt(true)
    })
  })
  if (output.isTTY) printer.above = (write) => above(editor, output, write)
  editor.prompt()
  return {
    end() {
      if (ended) return
      ended = true
      printer.above = null
      if (output.isTTY) eraseLine(editor, output)
      editor.close()
      try {
        saveHistory(historyFile, lines)
      } catch (error) {
        printer.problem(`The history could not be kept: ${(error as Error).message}`)
      }
    },
  }
}

/** Takes the typed line away, writes, and puts the line back below with the cursor where it was. */
function above(editor: Interface, output: NodeJS.WriteStream, write: () => void): void {
  eraseLine(editor, output)
  write()
  editor.prompt(true)
}

function eraseLine(editor: Interface, output: NodeJS.WriteStream): void {
  moveCursor(output, 0, -editor.getCursorPos().rows)
  cursorTo(output, 0)
  clearScreenDown(output)
  // Redrawing moves up by the rows that the line had taken; they are gone now. Node has no public call for this.
  ;(editor as Interface & { prevRows?: number }).prevRows = 0
}
