/** A first password that can be read aloud: three groups of four, without characters that look alike. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

export function suggestPassword(): string {
  // 31 does not divide 256: bytes beyond the last whole 31 would favour the first letters, so they are left out.
  const fair = 256 - (256 % alphabet.length);
  const letters: string[] = [];
  while (letters.length < 12) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      if (byte < fair && letters.length < 12) letters.push(alphabet[byte % alphabet.length]!);
    }
  }
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].map((group) => group.join('')).join('-');
}
