import { describe, expect, it } from 'vitest';
import { readAliases } from './allowed-signers.js';

describe('names in allowed signers', () => {
  const nameIn = readAliases(`# who may sign
ada,Ada@Example.com namespaces="llmci,git" ssh-ed25519 AAAA1
"ada@example.com,ada@home.example" ssh-ed25519 AAAA2
bob@example.com ssh-ed25519 AAAA3
*@example.com,bob@example.com cert-authority ssh-ed25519 AAAA4
eve@example.com ssh-ed25519 AAAA5
`);

  it.each([
    ['ada', 'ada'],
    ['Ada Lovelace <ada@example.com>', 'ada'],
    ['ada@home.example', 'ada'],
    ['bob@example.com', 'bob@example.com'],
    ['eve@example.com', 'eve@example.com'],
    ['Mallory <mallory@example.com>', 'Mallory <mallory@example.com>'],
  ])('%s is %s', (name, first) => {
    expect(nameIn(name)).toBe(first);
  });

  it('are read once, however many lines there are', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => `n${index},n${index + 1} ssh-ed25519 AAAA\n`);
    expect(readAliases('\n'.repeat(20_000) + chain.join(''))('n20000')).toBe('n0');
  });
});
