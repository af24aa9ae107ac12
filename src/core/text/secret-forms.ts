/** The least characters of an encoded value that say more than chance does. */
const SHORTEST_FORM = 6;

/** Whether a value looks like a key or password, and not like a word, a path or an address. */
export function looksSecret(value: string, shortest = 12): boolean {
  return (
    value.length >= shortest &&
    /\d/.test(value) &&
    !/\s|:\/\/|^[./~]|^[a-z]:\\/i.test(value) &&
    new Set(value).size >= Math.min(8, shortest - 2)
  );
}

/**
 * The secrets that stand in a value: that of a header behind its scheme, those of a cookie, a password in an address or
 * in the text that opens a database.
 */
export function secretsWithin(value: string): readonly string[] {
  const parts = value.split(/[\s;,="']+/).filter((part) => part !== value && looksSecret(part));
  return [...parts, ...passwordsIn(value)];
}

/** Passwords and tokens in an address, and those that are called so in the text that opens a database. */
export function passwordsIn(value: string): readonly string[] {
  const named = [...value.matchAll(/\b(?:password|pwd|accountkey|sharedaccesskey)\s?=\s?([^;\s]+)/gi)];
  const { username = '', password = '' } = /:\/\/[^/\s]*@/.test(value) && URL.canParse(value) ? new URL(value) : {};
  const written = [password, username, ...named.map(([, word = '']) => word)];
  return written.flatMap((word) => [word, unquoted(word)]).filter((word) => looksSecret(word, 8));
}

function unquoted(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/**
 * The forms in which a value may stand in a text: itself, in JSON, in an address, as numbers, and in base64. What is escaped
 * letter by letter, and bytes in hex, are read otherwise.
 */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = encodeURIComponent(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  // As PowerShell takes commands, among others
  const wide = Buffer.from(secret, 'utf16le');
  const forms = [
    ...[secret, inJson, inJson.replaceAll('/', '\\/')],
    ...[encoded, lowerHex(encoded), encoded.replaceAll('%20', '+'), lowerHex(encoded).replaceAll('%20', '+')],
    ...[[...bytes].join(','), [...bytes].join(', ')],
    ...[bytes, wide].flatMap((each) => [0, 1, 2].flatMap((offset) => base64Within(each, offset))),
  ];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_FORM);
}

/** The value's bytes in hex. */
export function hexOf(secret: string): readonly string[] {
  const hex = [Buffer.from(secret), Buffer.from(secret, 'utf16le')].map((bytes) => bytes.toString('hex'));
  return [...hex, ...hex.map((digits) => digits.toUpperCase())];
}

/** What is the same in the base64 of any text that has these bytes at a place `offset` above a multiple of three. */
function base64Within(bytes: Buffer, offset: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const start = Math.ceil((8 * offset) / 6);
  const own = text.slice(start, Math.floor((8 * (offset + bytes.length)) / 6));
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}

function lowerHex(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}
