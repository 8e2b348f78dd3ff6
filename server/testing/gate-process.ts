import { Gate } from './gate.ts'

// A gateway as a process of its own, for tests of what a process has: descriptors, CPU time. Says where it listens and
// where services go; ends with its parent.
const gate = await Gate.start(JSON.parse(process.argv[2] ?? '{}') as object)
process.on('disconnect', () => void gate.close().then(() => process.exit()))
process.send!({ url: gate.url, rundir: gate.rundir })
