import { PolicyError, readDocument } from '../../../shared/policy/document.ts'
import type { PolicyDocument } from '../../../shared/policy/document.ts'
import { parsePolicy, readPolicy, reconcile } from '../../../shared/policy/line.ts'
import { messages } from '../../messages.ts'
import { text } from '../../messages/history.ts'
import { makeId } from '../../rules/make-id.ts'

/** A file that can't be used; one sentence for each thing that is wrong. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
  readonly lines: readonly string[]

  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.lines = lines
  }
}

const BYTES_MAX = 8 * 1024 * 1024

/**
 * Reads rules from a file: a document as JSON, or lines as ipcd writes them. Entries without an id keep that of the same
 * entry in `previous`.
 * @throws ImportError with everything that is wrong
 */
export async function readRules(file: File, previous: PolicyDocument): Promise<PolicyDocument> {
  if (/\.ya?ml$/i.test(file.name)) throw new ImportError([text.yaml])
  if (file.size > BYTES_MAX) throw new ImportError([text.tooLarge])
  const content = await file.text()
  try {
    if (content.trimStart().startsWith('{')) return readDocument(reconcile(jsonOf(content), previous), makeId)
    readPolicy(content, makeId) // for its lines and columns
    return readDocument(reconcile(parsePolicy(content).input, previous), makeId)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    throw new ImportError(
      error.problems.map(({ line, column, pointer, message }) => {
        const where = line === undefined ? (pointer === '' ? '' : `${pointer}: `) : text.where(line, column ?? 1)
        return `${where}${messages.sentence(message)}`
      }),
    )
  }
}

function jsonOf(content: string): Parameters<typeof reconcile>[0] {
  try {
    return JSON.parse(content) as Parameters<typeof reconcile>[0]
  } catch (error) {
    throw new ImportError([messages.sentence((error as Error).message)])
  }
}
