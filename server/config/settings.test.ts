import { expect, test } from 'vitest'

import { readConfig } from './config.ts'
import { optionList } from './options.ts'
import { settingsOf } from './settings.ts'

const machine = { env: { HOME: '/home/anna' }, uid: 0, cwd: '/' }

test('every option is told with its value, its default and who has set it', () => {
  const text = 'max-message: 1MiB\norigins: [https://a.example, https://b.example]\ntimer: 5s\n'
  const config = readConfig({
    ...machine,
    flags: { timer: ['10s'], service: ['pong=unix:/run/pong.sock'] },
    file: { path: '/etc/sockgate.yaml', name: 'sockgate.yaml', text },
  })
  const settings = new Map(settingsOf(config).map((setting) => [setting.name, setting]))
  expect([...settings.keys()]).toEqual(optionList.map(([, { name }]) => name))
  expect(settings.get('timer')).toMatchObject({ value: '10s', default: '25s', source: 'command line' })
  expect(settings.get('max-message')).toMatchObject({ value: '1MiB', default: '16MiB', source: 'file' })
  expect(settings.get('origin')).toMatchObject({ value: 'https://a.example, https://b.example', source: 'file' })
  expect(settings.get('service')).toMatchObject({ value: 'pong', source: 'command line' })
  expect(settings.get('connect-timeout')).toMatchObject({ source: 'default' })
})

test('what the environment sets is told as such', () => {
  const config = readConfig({ ...machine, env: { ...machine.env, IPC_RUNDIR: '/run/mine' }, flags: {}, file: null })
  const rundir = settingsOf(config).find(({ name }) => name === 'rundir')
  expect(rundir).toMatchObject({ value: '/run/mine', source: 'environment' })
})
