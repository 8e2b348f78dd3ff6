import { chownSync } from 'node:fs'

const NOBODY = 65_534

/**
 * Runs a check without root's power to open everything, for tests of what permissions forbid. Where the tests do not
 * run as root it just calls `run`.
 * @param dirs directories that `run` must be able to enter; they belong to nobody from then on
 */
export async function withoutRoot<T>(dirs: readonly string[], run: () => Promise<T>): Promise<T> {
  if (process.getuid!() !== 0) return run()
  for (const dir of dirs) chownSync(dir, NOBODY, NOBODY)
  const group = process.getegid!()
  process.setegid!(NOBODY)
  process.seteuid!(NOBODY)
  try {
    return await run()
  } finally {
    process.seteuid!(0)
    process.setegid!(group)
  }
}
