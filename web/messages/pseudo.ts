const KEY = 'sockgate-language'

/** Whether this browser asks for the pseudo-language, which shows what translations would break. */
export function isPseudo(): boolean {
  try {
    return localStorage.getItem(KEY) === 'pseudo'
  } catch {
    return false
  }
}

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  c: 'ç',
  e: 'é',
  i: 'í',
  n: 'ñ',
  o: 'ö',
  u: 'ü',
  y: 'ý',
  A: 'Á',
  C: 'Ç',
  E: 'É',
  I: 'Í',
  N: 'Ñ',
  O: 'Ö',
  U: 'Ü',
  Y: 'Ý',
}

/** The same text with accents, and two fifths longer. Addresses and code, which have no blanks, stay as they are. */
export function pseudo(text: string): string {
  if (!/\s/.test(text) && !/^[A-Z]?[a-z]+$/.test(text)) return text
  const accented = text.replace(/[aceinouyACEINOUY]/g, (letter) => accents[letter]!)
  // As words: no language has one of forty letters.
  const more = '~'.repeat(Math.ceil(text.length * 0.4)).replace(/~{6}(?=~)/g, '~~~~~~ ')
  return `${accented} ${more}`
}
