import { writeJson } from '../core/text/write-json.js';
import type { Reporter } from './reporter.js';

/**
 * The run record as JSON: the summary first, then one result a line, so that a record of any size is written without
 * being held in memory. Characters that a terminal or a CI log would act on are written as escapes, which changes no
 * value.
 */
export const jsonReporter: Reporter = {
  name: 'json',
  async report(run, sink) {
    const summary = escapeJson(writeJson(run.summary, 2));
    await sink.write(`${summary.replace(/\n\}$/, '')},\n  "results": [`);
    let separator = '';
    for await (const result of run.results()) {
      await sink.write(`${separator}\n    ${escapeJson(writeJson(result))}`);
      separator = ',';
    }
    await sink.write(`${separator === '' ? '' : '\n  '}]\n}\n`);
  },
};

// DEL, the C1 controls, line separators and reordering marks, which JSON leaves as they are
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
// Workflow commands that are found anywhere in a line; `##` is only ever inside a JSON string
const HASH_COMMAND = /##(?=[\w-]*\[)/g;

function escapeJson(json: string): string {
  return json
    .replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(HASH_COMMAND, '#\\u0023');
}
