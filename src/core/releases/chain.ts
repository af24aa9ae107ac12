import { hash } from 'node:crypto';
import { isRecord } from '../../model/json.js';
import { actionNames, type LedgerAction, type LedgerLine, ledgerLineSchema } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';
import { canonicalJson } from '../text/canonical.js';
import { firstFault } from '../text/explain-issues.js';
import { wellFormedJson } from '../text/write-json.js';

/** Where a ledger ends: what its next line hangs on. */
export interface Head {
  /** The number of the last line; 0 for none. */
  readonly n: number;
  readonly hash: string | null;
  readonly at: string | null;
}

export const NO_HEAD: Head = { n: 0, hash: null, at: null };

/** Why a ledger cannot be believed from one of its lines on. */
export interface LedgerFault {
  readonly line: number;
  readonly why: string;
  /** Whether llmci of a later version wrote it: it is whole, and only cannot be read here. */
  readonly newer: boolean;
}

/** What a ledger says, as far as it can be believed. */
export interface ReadLedger {
  readonly lines: readonly LedgerLine[];
  readonly fault: LedgerFault | null;
}

/** How a line ends: `,"hash":"…"}`. */
const SEAL_START = ',"hash":"';
const SEAL_END = '"}';
const SEAL_LENGTH = SEAL_START.length + 64 + SEAL_END.length;

/**
 * The text of the line that comes after `head`, without a line break: canonical JSON, and behind all of it its hash. A
 * signature is of `wordsToSign`.
 */
export function sealLine(
  head: Head,
  action: LedgerAction,
  by: Person,
  at: string,
  signature: string | null = null,
): string {
  const signed = signature === null ? {} : { signature };
  const body = wellFormedJson(canonicalJson({ n: head.n + 1, prev: head.hash, at, by, ...action, ...signed }));
  return `${body.slice(0, -1)},"hash":"${hash('sha256', body, 'hex')}"}`;
}

/**
 * Reads the lines of a ledger and checks that they are a chain: each is whole, has the number after that of the line before,
 * names its hash, and is not earlier. `anchor` is where the ledger is known to have reached at least; the lines come after
 * the head `after`. Never throws; stops at the first line that does not hold.
 */
export function readLedger(texts: readonly string[], anchor: Head = NO_HEAD, after: Head = NO_HEAD): ReadLedger {
  const lines: LedgerLine[] = [];
  let head = after;
  for (const [index, text] of texts.entries()) {
    const read = readLine(text, head);
    if ('why' in read) return { lines, fault: { line: after.n + index + 1, ...read } };
    lines.push(read);
    head = headOf(read);
    if (head.n === anchor.n && (head.hash !== anchor.hash || head.at !== anchor.at)) {
      const why = 'it is another line than the one that was written here: the ledger was forked or made anew';
      return { lines: lines.slice(0, -1), fault: { line: head.n, why, newer: false } };
    }
  }
  if (head.n >= anchor.n) return { lines, fault: null };
  const why = `it is missing, and the ledger had ${anchor.n} lines: it was cut short`;
  return { lines, fault: { line: head.n + 1, why, newer: false } };
}

export function headOf({ n, hash, at }: LedgerLine): Head {
  return { n, hash, at };
}

function readLine(text: string, before: Head): LedgerLine | Omit<LedgerFault, 'line'> {
  const broken = (why: string) => ({ why, newer: false });
  const seal = text.length - SEAL_LENGTH;
  if (text.endsWith('\r'))
    return broken(
      'it is not a whole line as llmci writes it: it ends with a line break of Windows, as git makes them (core.autocrlf); write `* -text` into the .gitattributes beside it, and check it out anew',
    );
  if (seal < 1 || !text.startsWith(SEAL_START, seal) || !text.endsWith(SEAL_END))
    return broken('it is not a whole line as llmci writes it: cut short, or edited');
  const written = text.slice(seal + SEAL_START.length, -SEAL_END.length);
  if (hash('sha256', `${text.slice(0, seal)}}`, 'hex') !== written)
    return broken('it does not fit its hash: it was edited');
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return broken(`it is no JSON: ${(error as Error).message}`);
  }
  if (!isRecord(data)) return broken('it is no object');
  if (!isAsWritten(data, text)) return broken('it is written otherwise than llmci writes it');
  const order = orderFault(data, before);
  if (order !== null) return broken(order);
  const { action } = data;
  if (typeof action === 'string' && !actionNames.includes(action))
    return { why: `its action \`${action}\` is of a newer llmci than this one`, newer: true };
  const parsed = ledgerLineSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // A key that is not known is what a newer version would add
    const why = firstFault(parsed.error, ledgerLineSchema, data);
    return { why, newer: issue?.code === 'unrecognized_keys' };
  }
  const { at } = parsed.data;
  if (before.at !== null && at < before.at) return broken(`it is of ${at}, and the line before of ${before.at}`);
  return parsed.data;
}

/**
 * Whether a line is the one text that it can be: no key twice, no blanks, no letter in other signs. Readers look for words in
 * lines that they do not read whole, and no two of them may read another thing.
 */
function isAsWritten(data: Readonly<Record<string, unknown>>, text: string): boolean {
  try {
    // As JavaScript keeps the order of most keys, and this is much faster
    if (JSON.stringify(data) === text) return true;
    const { hash: written, ...body } = data;
    return `${canonicalJson(body).slice(0, -1)}${SEAL_START}${String(written)}${SEAL_END}` === text;
  } catch {
    return false; // nested without end
  }
}

function orderFault({ n, prev }: Readonly<Record<string, unknown>>, before: Head): string | null {
  if (n !== before.n + 1)
    return `it has the number ${String(n)} and comes after ${before.n}: lines were removed, repeated or put in another order`;
  return prev === before.hash ? null : 'it does not hang on the line before it: the ledger was forked or edited';
}
