import { expect, it } from 'vitest'

import { PolicyError } from '../../shared/policy/document.ts'
import { readConfig } from '../config/config.ts'
import { CliError } from './shell.ts'
import { explainStart } from './start-error.ts'

const config = readConfig({ flags: {}, env: { HOME: '/home/ann' }, uid: 0, cwd: '/', file: null })

function told(fields: object, message = 'failed'): string {
  const explained = explainStart(Object.assign(new Error(message), fields), config)
  expect(explained).toBeInstanceOf(CliError)
  expect((explained as CliError).status).toBe(2)
  return (explained as CliError).message
}

const listen = (code: string, address: string, port?: number) => ({ syscall: 'listen', code, address, port })

it.each([
  [
    listen('EADDRINUSE', '127.0.0.1', 8080),
    'port 8080 on 127.0.0.1 is taken: stop the other program or choose --listen ws://127.0.0.1:0',
  ],
  [
    listen('EADDRINUSE', '::1', 8080),
    'port 8080 on ::1 is taken: stop the other program or choose --listen ws://[::1]:0',
  ],
  [
    listen('EADDRINUSE', '127.0.0.1', 8081),
    'port 8081 on 127.0.0.1 is taken: stop the other program or choose --admin 127.0.0.1:0',
  ],
  [
    listen('EACCES', '0.0.0.0', 80),
    'port 80 on 0.0.0.0 may only be used by root: choose a port from 1024 up, such as --listen ws://0.0.0.0:0',
  ],
  [
    listen('EADDRNOTAVAIL', '192.0.2.1', 1),
    '192.0.2.1 is no address of this machine: choose one that is, with --listen',
  ],
  [
    listen('EACCES', '/run/g.sock'),
    '/run/g.sock may not be used by this user: choose another with --listen ws+unix:///PATH',
  ],
  [
    listen('ENOENT', '/no/g.sock'),
    'the directory of /no/g.sock does not exist: create it or choose another with --listen ws+unix:///PATH',
  ],
  [
    { syscall: 'getaddrinfo', code: 'ENOTFOUND' },
    'the host name to listen on has no address (failed): write an address in its place',
  ],
  [
    { syscall: 'mkdir', code: 'EACCES', path: '/x' },
    '/x may not be written by this user: change its owner, or choose another place with --data or --rundir',
  ],
  [
    { syscall: 'mkdir', code: 'EROFS', path: '/x' },
    '/x is on a read-only file system: choose another place with --data or --rundir',
  ],
  [{ syscall: 'open', code: 'EIO', path: '/x' }, 'cannot start: failed'],
])('%j', (fields, sentence) => expect(told(fields)).toBe(sentence))

it('a sentence stays one, with advice when it is about the data directory', () => {
  expect(told({}, 'the run dir is odd')).toBe('the run dir is odd')
  expect(told({}, `another program listens on ${config.data}/admin.sock: stop it`)).toMatch(/of its own: --data DIR\)$/)
})

it('a policy file that cannot be used is told with every problem, by line and column', () => {
  const error = new PolicyError([{ pointer: '', line: 5, column: 1, message: 'no rule' }])
  const explained = explainStart(error, { ...config, policyFile: '/etc/p.rules' }) as CliError
  expect(explained).toMatchObject({ status: 2 })
  expect(explained.message).toBe('--policy: /etc/p.rules is no policy that can be used:\nline 5, column 1: no rule')
})

it('a bug stays a bug', () => {
  const bug = new TypeError('x is not a function')
  expect(explainStart(bug, config)).toBe(bug)
})
