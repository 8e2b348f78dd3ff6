import type { CheckLine } from '../../shared/dashboard.ts'
import { formatBytes, formatCount } from '../../shared/units.ts'
import { diskOf } from './attention/disk.ts'
import type { ControlDeps } from './deps.ts'

/** Looks at everything that can be wrong with a gateway that runs, and tells what was looked at. */
export async function check(deps: ControlDeps): Promise<CheckLine[]> {
  const { policy, audit, accounts, dataDir, settings } = deps
  const { listeners, warnings } = deps.status()
  const all = deps.services()
  const down = all.filter(({ state }) => state === 'down')
  const failed = policy.tests().filter(({ pass }) => !pass)
  const found = policy.findings().filter(({ kind }) => kind !== 'never-hit')
  const admins = accounts.users().filter(({ role, enabled }) => role === 'admin' && enabled).length
  const disk = diskOf(dataDir)
  const certificate = settings.certificate()
  const { ok, entries, message } = await audit.verify()
  return [
    line(listeners.length > 0, 'Clients can come in', listeners.join(', ') || 'No listener is open.'),
    line(all.length > 0, 'There are services', all.length === 0 ? 'None is defined or found.' : counted(all.length)),
    ...down.map(({ name, lastError }) => line(false, `The service ${name} is down`, lastError ?? '')),
    line(failed.length === 0, 'The rules pass their tests', failed.map(({ message: why }) => why).join(' ')),
    line(found.length === 0, 'No rule is hidden or in vain', found.map(({ message: why }) => why).join(' ')),
    line(admins > 0, 'Somebody is an administrator', admins === 0 ? 'Nobody can sign in as one.' : ''),
    line(ok, 'The audit log is whole', ok ? `${formatCount(entries)} entries` : message),
    ...(disk === null
      ? []
      : [line(disk.share > 0.05, 'There is room on the disk', `${formatBytes(disk.freeBytes)} left`)]),
    ...(certificate === null
      ? []
      : [
          line(
            certificate.validTo > Date.now(),
            'The certificate is valid',
            new Date(certificate.validTo).toISOString(),
          ),
        ]),
    ...warnings.map((warning) => line(false, 'Something does not work on this machine', warning)),
  ]
}

function line(ok: boolean, title: string, detail: string): CheckLine {
  return { ok, title, detail }
}

function counted(services: number): string {
  return services === 1 ? '1 service' : `${services} services`
}
