import { expect, it } from 'vitest'

import { parseHex } from './parse-hex.ts'

it.each([
  ['00 ff 0a', [0, 255, 10]],
  ['00FF0a', [0, 255, 10]],
  ['  0a\t0b0c ', [10, 11, 12]],
  ['', []],
])('%j is bytes', (text, bytes) => expect([...parseHex(text).bytes!]).toEqual(bytes))

it.each([
  ['00 gg', '“g” at character 4 is not a hex digit. Write 0–9 and a–f.'],
  ['0x00', '“x” at character 2 is not a hex digit. Write 0–9 and a–f.'],
  ['00 🦊', '“🦊” at character 4 is not a hex digit. Write 0–9 and a–f.'],
  ['00 f 0a', 'The byte at character 4 has only one digit. Write two, such as 0f.'],
  ['00ff0', 'The byte at character 5 has only one digit. Write two, such as 00.'],
])('%j is not', (text, problem) => expect(parseHex(text)).toEqual({ bytes: null, problem }))
