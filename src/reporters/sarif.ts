import { sarifLog } from '../core/text/sarif.js';
import { printableJson } from '../core/text/write-json.js';
import type { Reporter } from './reporter.js';
import { collectFindings, RUN_RULES } from './words/findings.js';

/** SARIF 2.1.0, as code scanning takes it. */
export const sarifReporter: Reporter = {
  name: 'sarif',
  async report(run, sink) {
    const { version } = run.summary.tool;
    await sink.write(`${printableJson(sarifLog(await collectFindings(run), { version, rules: RUN_RULES }), 2)}\n`);
  },
};
