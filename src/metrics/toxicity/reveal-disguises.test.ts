import { describe, expect, it } from 'vitest';
import { normaliseText } from './normalise.js';
import { revealDisguises } from './reveal-disguises.js';
import { tokenise } from './tokenise.js';

describe('revealDisguises', () => {
  it.each([
    ['you 1d10t!', 'you idiot!'],
    ['f u c k you', 'fuck you'],
    ['i h a t e you', 'i hate you'],
    ['s.c.u.m', 'scum'],
    ['sh*t f**k', 'shit fuck'],
    ['4ssh0les', 'assholes'],
  ])('%s -> %s', (text, plain) => {
    expect(revealDisguises(text)).toBe(plain);
  });

  it.each(['kill -9', '2 x 4 boards', 'a b c d', 'mp3 player', 'me: *rolls eyes', '3x + 4', 'i18n and l10n'])(
    'leaves alone: %s',
    (text) => {
      expect(revealDisguises(text)).toBe(text);
    },
  );
});

describe('normaliseText', () => {
  it('leaves out what only tells where a text comes from', () => {
    expect(normaliseText('!!! RT @some_one: Look at https://t.co/abc &amp; smile &#128514; 😀')).toBe(
      'look at & smile',
    );
    expect(normaliseText('Soooo_x000D_ “good”…')).toBe('soo "good".');
  });

  it('keeps e-mail addresses and decorators apart from mentions', () => {
    expect(normaliseText('write to me@example.org')).toBe('write to me@example.org');
  });
});

describe('tokenise', () => {
  it('gives words, exclamation and question marks', () => {
    expect(tokenise("don't stop, ok?! now")).toEqual(["don't", 'stop', 'ok', '?', '!', 'now']);
  });
});
