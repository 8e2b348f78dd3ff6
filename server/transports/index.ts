import type { Transport } from './transport.ts'
import { unix } from './unix.ts'

/** Every way to reach a service, by scheme. @param rundir absolute path of the run dir */
export function transports({ rundir }: { readonly rundir: string }): readonly Transport[] {
  return [unix(rundir)]
}
