/** The least characters of an encoded value that say more than chance does. */
const SHORTEST_FORM = 6;

/** The forms in which a value may stand in a text: itself, in JSON, in an address, in hex, and in base64. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = encodeURIComponent(secret);
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  // As a dump of memory and a fingerprint write it
  const dumps = [pairs.join(' '), pairs.join(':')];
  const percent = pairs.map((pair) => `%${pair}`).join('');
  const inJson = JSON.stringify(secret).slice(1, -1);
  const forms = [
    ...[secret, inJson, inJson.replaceAll('/', '\\/')],
    ...[encoded, lowerHex(encoded), encoded.replaceAll('%20', '+'), percent, percent.toUpperCase()],
    ...[bytes.toString('hex'), bytes.toString('hex').toUpperCase()],
    ...[...dumps, ...dumps.map((dump) => dump.toUpperCase())],
    ...[0, 1, 2].flatMap((offset) => base64Within(bytes, offset)),
  ];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_FORM);
}

/** In every text that holds one of `escapedFormsOf`: most hold none, and need not be looked through for these. */
export const ESCAPED = /\\[ux][\da-f]{2}|&(?:#|amp|lt|gt|quot|apos)|%25|[\uff01-\uff5e]/i;

/** The forms with every character escaped, as in source code and HTML; escaped twice for an address; and in wide letters. */
export function escapedFormsOf(secret: string): readonly string[] {
  const codes = Array.from({ length: secret.length }, (_, index) => secret.charCodeAt(index));
  const hex = (code: number, length: number) => code.toString(16).padStart(length, '0');
  const each = (write: (code: number) => string) => codes.map(write).join('');
  const byCase = [
    each((code) => `\\u${hex(code, 4)}`),
    each((code) => `\\x${hex(code, 2)}`),
    each((code) => `&#x${hex(code, 2)};`),
    encodeURIComponent(encodeURIComponent(secret)),
  ];
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const forms = [
    ...byCase.flatMap((form) => [form, raiseHex(form), lowerHex(form)]),
    each((code) => `&#${code};`),
    ...['&#39;', '&#x27;', '&apos;', "'"].map((quote) => html.replaceAll("'", quote)),
    each((code) => String.fromCharCode(code > 0x20 && code < 0x7f ? code + 0xfee0 : code)),
  ];
  return [...new Set(forms)].filter((form) => form !== secret && form.length >= SHORTEST_FORM);
}

function raiseHex(form: string): string {
  return form.replace(/(?<=\\[ux]|&#x)[\da-f]+/g, (code) => code.toUpperCase());
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
