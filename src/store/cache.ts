import { valuesBut } from '../core/text/json-value.js';
import { readJson } from '../core/text/read-json.js';
import { writeJson } from '../core/text/write-json.js';
import { type FinishReason, type RecordedAnswer, recordedAnswerSchema } from '../model/output.js';
import type { EntryStore } from './entry-store.js';

/** Answers of earlier runs, found by the key of their sample. */
export class Cache {
  readonly #entries: EntryStore;

  constructor(entries: EntryStore) {
    this.#entries = entries;
  }

  get policy() {
    return this.#entries.policy;
  }

  /** The answer under a key; null when there is none that can be trusted. */
  get(key: string): RecordedAnswer | null {
    const body = this.#entries.get(key);
    if (body === null) return null;
    try {
      return recordedAnswerSchema.parse(valuesBut([['toolCalls']], readJson(body.toString('utf8'))));
    } catch {
      return null; // whole, but of another version
    }
  }

  /** Keeps a whole answer. Returns whether it was kept. */
  async put(key: string, answer: RecordedAnswer): Promise<boolean> {
    return isWholeAnswer(answer) && this.#entries.put(key, writeJson(answer));
  }
}

/** How answers end that are all that the model had to say. A service that tells no reason has cut nothing as far as is known. */
const WHOLE: ReadonlySet<FinishReason | null> = new Set<FinishReason | null>(['stop', 'tool-calls', 'refusal', null]);

/** Whether an answer is worth keeping: one that was cut short, by a limit or by a filter, is worth another try. */
export function isWholeAnswer({ finishReason }: Pick<RecordedAnswer, 'finishReason'>): boolean {
  return WHOLE.has(finishReason);
}
