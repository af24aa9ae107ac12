/** Bytes that are no text. The message goes on after the name of their file. */
export class NotTextError extends Error {}

/**
 * The text of UTF-8 bytes. Line ends of Windows become plain ones: git makes them (`core.autocrlf`), and what is sent to a
 * model, and the key it is recorded under, must not depend on where a file was checked out. Throws NotTextError.
 */
export function readUtf8(bytes: Uint8Array): string {
  const decoder = new PieceDecoder('utf-8');
  return decoder.decode(bytes) + decoder.end();
}

/** The same for a text in pieces; one in UTF-16 with its mark, as Excel writes it, is read too. Rejects with NotTextError. */
export async function* decodePieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: PieceDecoder | null = null;
  for await (const bytes of pieces) {
    decoder ??= new PieceDecoder(encodingOf(bytes));
    yield decoder.decode(bytes);
  }
  if (decoder) yield decoder.end();
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

class PieceDecoder {
  readonly #encoding: Encoding;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  /** Line ends of the pieces before. */
  #lines = 0;
  /** The last bytes of the piece before: a character may have begun in them. */
  #tail: Uint8Array = new Uint8Array(0);
  /** A carriage return at the end of a piece, which may belong to a line end. */
  #held = '';

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true });
  }

  decode(bytes: Uint8Array): string {
    const text = this.#held + this.#tryDecode(bytes);
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-3)]).subarray(-3);
    this.#held = text.endsWith('\r') ? '\r' : '';
    const whole = (this.#held === '' ? text : text.slice(0, -1)).replaceAll('\r\n', '\n');
    this.#lines += whole.split('\n').length - 1;
    return whole;
  }

  end(): string {
    return this.#held + this.#tryDecode();
  }

  #tryDecode(bytes?: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new NotTextError(this.#explain(bytes ?? new Uint8Array(0)));
    }
  }

  #explain(bytes: Uint8Array): string {
    if (this.#encoding !== 'utf-8') return 'says that it is UTF-16 text, and is none';
    if (encodingOf(bytes) !== 'utf-8') return 'is not UTF-8 text: it is UTF-16';
    const near = Buffer.concat([this.#tail, bytes]);
    const place = firstWrongByte(near);
    const before = near.subarray(this.#tail.length, place).filter((byte) => byte === 0x0a).length;
    const value = near[place]?.toString(16).toUpperCase().padStart(2, '0');
    return `is not UTF-8 text: byte 0x${value} in line ${this.#lines + before + 1}`;
  }
}

/** Where bytes stop being UTF-8. */
function firstWrongByte(bytes: Buffer): number {
  // The rest of a character that began before
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  let place = start;
  for (const letter of bytes.toString('utf8', start)) {
    if (letter === '\ufffd' && bytes.toString('latin1', place, place + 3) !== '\u00ef\u00bf\u00bd') return place;
    place += Buffer.byteLength(letter);
  }
  return place;
}
