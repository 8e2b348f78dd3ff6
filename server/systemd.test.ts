import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { systemdOf } from './systemd.ts'

const dir = mkdtempSync(join(tmpdir(), 'sockgate-systemd-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Node has no Unix datagram sockets, so the one who listens for the state is a C program. */
const RECEIVER = `
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char text[256];
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  strcpy(address.sun_path, argv[1]);
  if (argc > 2) address.sun_path[0] = 0;
  if (bind(fd, (void *)&address, sizeof address.sun_family + strlen(argv[1]))) return 1;
  puts("ready"), fflush(stdout);
  long n = recv(fd, text, sizeof text, 0);
  return n < 0 ? 1 : !fwrite(text, 1, n, stdout);
}`

test.each(['notify.sock', '@'])('tells its state to a socket (%s)', async (name) => {
  const program = join(dir, 'receiver')
  const cc = spawn('cc', ['-x', 'c', '-o', program, '-'], { stdio: ['pipe', 'inherit', 'inherit'] })
  cc.stdin.end(RECEIVER)
  expect(await once(cc, 'close')).toEqual([0, null])
  const path = name === '@' ? `@sockgate-test-${process.pid}` : join(dir, name)
  const receiver = spawn(program, [path, ...(name === '@' ? ['abstract'] : [])])
  let output = ''
  receiver.stdout.setEncoding('utf8')
  await new Promise<void>((resolve) => {
    receiver.stdout.on('data', (text: string) => {
      output += text
      if (output === 'ready\n') resolve()
    })
  })
  systemdOf({ NOTIFY_SOCKET: path }, process.pid).notify('READY=1')
  await once(receiver, 'close')
  expect(output).toBe('ready\nREADY=1')
})

test('says nothing and fails nowhere when nobody listens', () => {
  expect(() => systemdOf({ NOTIFY_SOCKET: join(dir, 'gone') }, 1).notify('READY=1')).not.toThrow()
  expect(() => systemdOf({}, 1).notify('READY=1')).not.toThrow()
})

test('takes only descriptors that are meant for it', () => {
  expect(systemdOf({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7).listenFds).toEqual([3, 4])
  expect(systemdOf({ LISTEN_PID: '8', LISTEN_FDS: '2' }, 7).listenFds).toEqual([])
  expect(systemdOf({ LISTEN_PID: '7', LISTEN_FDS: 'x' }, 7).listenFds).toEqual([])
  expect(systemdOf({}, 7).listenFds).toEqual([])
})
