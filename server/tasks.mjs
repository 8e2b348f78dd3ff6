// The project's own chores, in plain JavaScript so that they run before anything is installed:
//   node server/tasks.mjs start|test|build|dev|bench|torture [arguments...]
// Each brings what it needs up to date first and does nothing that is already done.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const [task = 'start', ...rest] = process.argv.slice(2)

/** Runs a command to its end; a failure ends the whole task with the command's own status. */
function run(command, args, { quiet = false, env = {} } = {}) {
  const done = spawnSync(command, args, {
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (done.status === 0) return done.stdout ?? ''
  if (quiet) process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`)
  console.error(`\n${[command, ...args].join(' ')} failed${done.error ? `: ${done.error.message}` : ''}`)
  process.exit(done.status ?? 1)
}

const bin = (name) => join('node_modules', '.bin', name)
const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')
const readText = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** `npm ci` when the lock file is not the one last installed. */
function install() {
  const stamp = join('node_modules', '.sockgate-lock')
  const want = `${hashOf('package-lock.json')} ${process.version}`
  if (readText(stamp) === want) return
  // SQLite comes as source and is compiled where no finished one can be fetched.
  apt(['python3', 'make', 'g++'].map((name) => [programPath(name), name]))
  console.error('Installing packages…')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: ownHeaders() })
  writeFileSync(stamp, want)
}

/** Newest change below the given folders and files. */
function newest(paths) {
  let latest = 0
  for (const path of paths) {
    const stat = statSync(path)
    if (!stat.isDirectory()) latest = Math.max(latest, stat.mtimeMs)
    else {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs)
      }
    }
  }
  return latest
}

/** Compiles what changed. The stamp is older than every source that was edited since. */
function build() {
  install()
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts']
  step('dist/.server-built', ['server', 'shared', ...settings], () => {
    console.error('Compiling the server…')
    run(bin('tsc'), ['-b', 'server'])
  })
  step('dist/.web-built', ['web', 'shared', 'server/websocketc', ...settings], () => {
    console.error('Building the page…')
    run(bin('vite'), ['build', '--logLevel', 'warn'])
    run(bin('vite'), ['build', '--config', 'server/websocketc/bundle.config.mjs', '--logLevel', 'warn'])
  })
  link('sockgate', 'dist/server/main.js')
  link('websocketc', 'dist/server/websocketc/main.js')
}

function step(stamp, inputs, work) {
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest(inputs)) return
  mkdirSync('dist', { recursive: true })
  const began = new Date()
  work()
  writeFileSync(stamp, began.toISOString())
}

/** Makes `npx sockgate` and `npx websocketc` work inside the clone. */
function link(name, target) {
  chmodSync(target, 0o755)
  if (!existsSync(bin(name))) symlinkSync(join('..', '..', target), bin(name))
}

/** Makes the compiler use the headers that came with this very Node; where there are none it fetches them. */
function ownHeaders() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {}
}

/** Where a program is that a shell would find; where Debian puts it when there is none. */
function programPath(name) {
  const places = (process.env.PATH ?? '').split(':').map((dir) => join(dir, name))
  return places.find((path) => existsSync(path)) ?? join('/usr/bin', name)
}

/** Debian packages for what npm cannot bring; asks apt only for what is missing. */
function apt(packages) {
  const missing = packages.filter(([file]) => !existsSync(file)).map(([, name]) => name)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(`Missing: ${missing.join(', ')}. Install with: sudo apt-get install ${missing.join(' ')}`)
    process.exit(1)
  }
  console.error(`Installing ${missing.join(', ')}…`)
  run('apt-get', ['update', '-qq'], { quiet: true })
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    quiet: true,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })
}

/** Every check, in the order that fails fastest. CI runs just this. */
function test() {
  const began = Date.now()
  build()
  apt([
    [process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', 'chromium'],
    [programPath('openssl'), 'openssl'], // makes the certificates of the tests
  ])
  const reports = 'dist/reports'
  mkdirSync(reports, { recursive: true })
  const check = (title, command, args, env) => {
    console.log(`\n── ${title}`)
    run(command, args, { env })
  }
  check('types', bin('tsc'), ['-b'])
  check('lint', bin('oxlint'), ['--quiet'])
  check('format', bin('oxfmt'), ['--check'])
  check('dead code', bin('knip'), ['--no-progress'])
  check('unit, compliance, walls', bin('vitest'), [
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${reports}/unit.json`,
  ])
  check('end to end', bin('playwright'), ['test', '-c', 'e2e/playwright.config.ts'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(root, reports, 'e2e.json'),
  })
  const unit = JSON.parse(readText(`${reports}/unit.json`))
  const e2e = JSON.parse(readText(`${reports}/e2e.json`)).stats
  console.log(`\nEvery check passed in ${Math.round((Date.now() - began) / 1000)} s.`)
  console.log(`${unit.numPassedTests + e2e.expected} passed, ${unit.numFailedTests + e2e.unexpected} failed`)
}

/** Hands the terminal over to a long-running program; its exit status and signals are ours. */
function become(command, args, env = {}) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal has sent its Ctrl-C to the program itself as well: passed on, it would count twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

switch (task) {
  case 'build':
    build()
    break
  case 'start':
    build()
    become(process.execPath, ['dist/server/main.js', 'serve', '--demo', ...rest])
    break
  case 'test':
    test()
    break
  case 'bench':
    build()
    become(process.execPath, ['dist/server/bench/main.js', ...rest])
    break
  case 'torture':
    install()
    become(bin('vitest'), ['run', 'server/store/torture.test.ts'], { SOCKGATE_TORTURE_RUNS: rest[0] ?? '1000' })
    break
  case 'dev':
    build()
    spawn(bin('vite'), ['--logLevel', 'warn'], { stdio: 'inherit' })
    become(bin('tsx'), ['watch', 'server/main.ts', 'serve', '--demo', ...rest])
    break
  default:
    console.error(`Unknown task: ${task}. One of start, test, build, dev, bench, torture.`)
    process.exit(2)
}
