import { statementOfRun } from '../core/releases/attest.js';
import { evidenceIn } from '../core/releases/evidence.js';
import { printableJson } from '../core/text/write-json.js';
import type { Reporter } from './reporter.js';

/** The run as an in-toto statement of a test result, as `actions/attest` signs it. */
export const inTotoReporter: Reporter = {
  name: 'in-toto',
  async report(run, sink) {
    const prompts = run.summary.suites.flatMap((suite) => suite.prompts);
    const statement = statementOfRun(await evidenceIn(run, new Map(prompts.map(({ id, digest }) => [id, digest]))));
    if (statement === null) throw new Error('a statement is about prompts, and this run has judged none');
    await sink.write(`${printableJson(statement, 2)}\n`);
  },
};
