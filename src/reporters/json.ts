import { printableJson } from '../core/text/write-json.js';
import type { Reporter } from './reporter.js';

/**
 * The run record as JSON: the summary first, then one result a line, so that a record of any size is written without
 * being held in memory. Characters that a terminal or a CI log would act on are written as escapes, which changes no
 * value.
 */
export const jsonReporter: Reporter = {
  name: 'json',
  async report(run, sink) {
    const summary = printableJson(run.summary, 2);
    await sink.write(`${summary.replace(/\n\}$/, '')},\n  "results": [`);
    let separator = '';
    for await (const result of run.results()) {
      await sink.write(`${separator}\n    ${printableJson(result)}`);
      separator = ',';
    }
    await sink.write(`${separator === '' ? '' : '\n  '}]\n}\n`);
  },
};
