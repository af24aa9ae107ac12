import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { isRecord } from '../../model/json.js';

const issuedSchema = z.strictObject({
  prompt: z.string(),
  release: z.string(),
  arm: z.enum(['control', 'candidate']),
  rollout: z.string().nullable(),
  at: z.int().describe('When it came in, in milliseconds since 1970.'),
  rendered: z.boolean().describe('Whether the app calls the model itself, and nothing of that is known here.'),
});

/** What a gateway has vouched for when it gave a call its id. */
export type IssuedCall = z.infer<typeof issuedSchema>;

/** A call by the id that it goes by here, and by its place among the calls of the process that has answered it. */
export interface RememberedCall extends IssuedCall {
  readonly id: string;
  readonly process: string;
  readonly number: number;
}

const KNOWN = /^([0-9a-f]{16})([0-9a-f]{8})\.([\w-]+)\.([\w-]{22})$/;

/**
 * Ids of calls. What is told to an app is the id and, signed, what it was an id of: so every gateway with the same key
 * knows the call, after a restart too, and none has to remember it.
 */
export class CallIds {
  readonly #key: Buffer;
  readonly #process = randomBytes(8).toString('hex');
  #number = 0;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** An id that no other call has. */
  next(): string {
    this.#number = (this.#number + 1) % 2 ** 32;
    return this.#process + this.#number.toString(16).padStart(8, '0');
  }

  /** What an app reports under: begins with the id. */
  sign(id: string, issued: IssuedCall): string {
    const told = `${id}.${Buffer.from(JSON.stringify(issued)).toString('base64url')}`;
    return `${told}.${this.#macOf(told)}`;
  }

  /** The call that was signed; null for what no gateway with this key has signed. */
  read(signed: string): RememberedCall | null {
    const [, process, number, payload, mac] = KNOWN.exec(signed) ?? [];
    if (process === undefined || number === undefined || payload === undefined || mac === undefined) return null;
    const expected = Buffer.from(this.#macOf(`${process}${number}.${payload}`));
    if (!timingSafeEqual(expected, Buffer.from(mac))) return null;
    const data: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    // One of a later version may tell more
    const issued = isRecord(data) ? issuedSchema.safeParse(data).data : undefined;
    return issued ? { ...issued, id: process + number, process, number: Number.parseInt(number, 16) } : null;
  }

  /** 128 bits are more than anybody can guess. */
  #macOf(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest().subarray(0, 16).toString('base64url');
  }
}
