import { z } from 'zod';
import { valuesBut } from '../../core/text/json-value.js';
import { readJson } from '../../core/text/read-json.js';
import { writeJson } from '../../core/text/write-json.js';
import { type FinishReason, type RecordedAnswer, recordedAnswerSchema } from '../../model/output.js';
import type { EntryStore } from './entry-store.js';

/** An answer that was kept. */
export interface KeptAnswer {
  readonly answer: RecordedAnswer;
  /** The day on which it was made; null where an llmci that wrote none has kept it. */
  readonly made: string | null;
}

const entrySchema = recordedAnswerSchema.extend({ made: z.iso.date().optional() });

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
  get(key: string): KeptAnswer | null {
    const body = this.#entries.get(key);
    if (body === null) return null;
    try {
      const { made = null, ...answer } = entrySchema.parse(valuesBut([['toolCalls']], readJson(body.toString('utf8'))));
      return { answer, made };
    } catch {
      return null; // whole, but of another version
    }
  }

  /** Keeps a whole answer that was made on a day, like 2026-11-28. Returns whether it was kept. */
  async put(key: string, answer: RecordedAnswer, made: string): Promise<boolean> {
    return isWholeAnswer(answer) && this.#entries.put(key, writeJson({ ...answer, made }));
  }
}

/** How answers end that are all that the model had to say. A service that tells no reason has cut nothing as far as is known. */
const WHOLE: ReadonlySet<FinishReason | null> = new Set<FinishReason | null>(['stop', 'tool-calls', 'refusal', null]);

/** Whether an answer is worth keeping: one that was cut short, by a limit or by a filter, is worth another try. */
export function isWholeAnswer({ finishReason }: Pick<RecordedAnswer, 'finishReason'>): boolean {
  return WHOLE.has(finishReason);
}
