import { TextDecoder } from 'node:util';

/** A text, or what is wrong with its bytes. */
export type Decoded = { readonly text: string; readonly fault: null } | { readonly fault: string };

/**
 * The text that bytes stand for, by the name of a character set (default UTF-8, as the WHATWG Encoding Standard knows
 * them). No byte is replaced in silence: one that stands for nothing is a fault, and so is a set that nobody here can read.
 */
export function decodeText(bytes: Uint8Array, declared = 'utf-8'): Decoded {
  // Without a mark UTF-16 has the order of little ends
  const isTurned = /^utf-?16$/i.test(declared) && bytes[0] === 0xfe && bytes[1] === 0xff;
  const charset = ASCII.test(declared) ? 'utf-8' : isTurned ? 'utf-16be' : declared;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    return { fault: `its character set ${JSON.stringify(charset)} is not known` };
  }
  try {
    const text = decoder.decode(bytes);
    return { text: decoder.encoding === 'windows-1252' ? withoutControls(text) : text, fault: null };
  } catch {
    const at = firstFault(bytes, charset);
    const byte = bytes[at];
    const shown = byte === undefined ? 'it ends within a character' : `byte ${at + 1} is 0x${hex(byte)}`;
    return { fault: `it is not ${decoder.encoding.toUpperCase()}: ${shown}` };
  }
}

/** The Encoding Standard takes it for windows-1252. Programs declare it where they have not looked, and then write UTF-8. */
const ASCII = /^(?:(?:us-)?ascii|ansi_x3\.4-1968|iso-ir-6|iso646-us)$/i;

/** What windows-1252 has where Latin 1 has control characters. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Some versions of Node read windows-1252 as if it were Latin 1. */
function withoutControls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control);
}

/** The index of the first byte that cannot follow those before it; the length when the text ends too early. */
function firstFault(bytes: Uint8Array, charset: string): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canBegin(bytes.subarray(0, middle), charset)) good = middle;
    else bad = middle;
  }
  return good;
}

function canBegin(bytes: Uint8Array, charset: string): boolean {
  try {
    new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
