import { createHash, timingSafeEqual } from 'node:crypto';
import { LlmciError } from '../../core/text/errors.js';

interface Token {
  readonly name: string;
  readonly hash: Buffer;
}

/** With fewer characters than this a token could be guessed. */
const SHORTEST = 20;
/** A name, and a token as RFC 6750 lets one be sent. */
const ENTRY = /^([\w.@-]{1,64}):([\w.~+/-]+=*)$/;

/** Tokens by the names of those who have them. Of each only the hash is kept, so that none can be shown. */
export class TokenList {
  #tokens: readonly Token[];

  private constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** `NAME:TOKEN` between commas or on lines; a name may have several, while one replaces another. Throws `bad-tokens`. */
  static read(text: string, where: string): TokenList {
    const tokens = tokensIn(text, where);
    if (tokens.length === 0) throw new LlmciError('bad-tokens', { where, why: 'there is no token' });
    return new TokenList(tokens);
  }

  /** Takes other tokens from now on, also none: then nobody has one. Throws `bad-tokens`, and keeps those it has. */
  replace(text: string, where: string): void {
    this.#tokens = tokensIn(text, where);
  }

  /** Whose token was sent; null when it is nobody's. How long it takes says nothing of how near it was. */
  nameOf(sent: string): string | null {
    const hash = hashOf(sent);
    let found: string | null = null;
    for (const token of this.#tokens) if (timingSafeEqual(token.hash, hash)) found = token.name;
    return found;
  }

  get names(): ReadonlySet<string> {
    return new Set(this.#tokens.map(({ name }) => name));
  }

  /** Whether a token is in both lists. */
  shares(other: TokenList): boolean {
    return this.#tokens.some(({ hash }) => other.#tokens.some((each) => each.hash.equals(hash)));
  }
}

/** What is wrong is told by its place: a message must hold no part of a token. */
function tokensIn(text: string, where: string): readonly Token[] {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.map((entry, index) => {
    const no = (why: string) => new LlmciError('bad-tokens', { where, why: `entry ${index + 1} ${why}` });
    const [, name, token] = ENTRY.exec(entry) ?? [];
    if (name === undefined || token === undefined) throw no('is not NAME:TOKEN');
    if (token.length < SHORTEST) throw no(`has a token of less than ${SHORTEST} characters, which could be guessed`);
    return { name, hash: hashOf(token) };
  });
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
