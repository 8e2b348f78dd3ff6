import { openStore } from '../store/index.ts'
import { tortured } from './store-torture-plan.ts'

// Commits version after version to the data directory in its first argument until it is killed, and says what is on disk.
// Standard output is synchronous here: what was said has left when the process is gone.
const say = (line: string) => void process.stdout.write(`${line}\n`)

say('opening')
const store = openStore(process.argv[2]!)
for (let version = (store.policy.latest()?.version ?? 0) + 1; ; version++) {
  const { record, pending } = tortured(version)
  store.transaction(() => {
    store.policy.save(version - 1, record, pending)
    store.audit.append({
      actor: 'torture',
      action: 'policy.commit',
      object: `version ${version}`,
      result: 'ok',
      from: 'local',
      requestId: '-',
      detail: '',
    })
  })
  say(`saved ${version}`)
  if (version % 5 !== 0) continue
  store.transaction(() => {
    store.policy.confirm()
    store.audit.append({
      actor: 'torture',
      action: 'policy.confirm',
      object: `version ${version}`,
      result: 'ok',
      from: 'local',
      requestId: '-',
      detail: '',
    })
  })
  say(`confirmed ${version}`)
}
