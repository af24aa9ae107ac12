import { Literal } from '../../model/json.js';
import type { Fault } from './protocol.js';
import { errorOf, faultOf } from './thrown-errors.js';

// Structured clone turns a Literal into a plain object, and an error loses its fields. It keeps Maps, which no JSON
// holds: both travel as one.

const LITERAL = 'literal';
const ERROR = 'error';

/** Deeper than what JSON may be here, and far from what exhausts the stack of either thread. */
const MAX_DEPTH = 1000;

/** A value as it can be sent to another thread. Throws an Error for what is nested without end. */
export function pack(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new Error(`it is nested more than ${MAX_DEPTH} deep`);
  if (value instanceof Literal) return new Map([[LITERAL, [value.value, value.text]]]);
  if (value instanceof Error) return new Map([[ERROR, faultOf(value)]]);
  return mapPlain(value, (member) => pack(member, depth + 1));
}

/** What `pack` was given. */
export function unpack(value: unknown): unknown {
  if (value instanceof Map && value.size === 1 && Array.isArray(value.get(LITERAL))) {
    const [of, text] = value.get(LITERAL) as [Literal['value'], string];
    return new Literal(of, text);
  }
  if (value instanceof Map && value.size === 1 && value.has(ERROR)) return errorOf(value.get(ERROR) as Fault);
  return mapPlain(value, unpack);
}

/** Lists and plain objects with their members changed; anything else as it is. */
function mapPlain(value: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  const changed: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    // `__proto__` is a key like any other in what a model wrote
    Object.defineProperty(changed, key, {
      value: change(member),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return changed;
}
