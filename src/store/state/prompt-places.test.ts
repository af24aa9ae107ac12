import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathOfPrompt, promptAt } from './prompt-places.js';

describe('the place of a prompt', () => {
  it('is told back from its path, whatever its letters and however long', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 });
    const long = fc.array(fc.constantFrom('客', '🚀', '/', '%', '.', 'a', '//'), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(
        fc.oneof(
          id,
          long.map((letters) => letters.join('')),
        ),
        (prompt) => {
          const path = pathOfPrompt(prompt);
          expect(promptAt(path)).toBe(prompt.toWellFormed());
          for (const name of path.split('/')) expect(name.length).toBeLessThan(250);
        },
      ),
    );
  });

  it('of a short name is one folder, as it always was', () => {
    expect(pathOfPrompt('客服/reply')).toBe('%E5%AE%A2%E6%9C%8D/reply');
    expect(pathOfPrompt('a//b')).toBe('a/%/b');
  });

  it('of a name that no file system takes goes on in a folder', () => {
    const path = pathOfPrompt('回'.repeat(30));
    expect(path).toBe(`${'%E5%9B%9E'.repeat(26)}%E5%9B%/%9E${'%E5%9B%9E'.repeat(3)}`);
    expect(promptAt(path)).toBe('回'.repeat(30));
  });

  it('is none of what it makes no path of', () => {
    for (const path of ['%e5', 'a%', 'a%/b', '%E5%9B', '..', 'a b']) expect(promptAt(path), path).toBeNull();
  });
});
