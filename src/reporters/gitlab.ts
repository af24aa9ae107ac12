import { codeQuality } from '../core/text/code-quality.js';
import { printableJson } from '../core/text/write-json.js';
import type { Reporter } from './reporter.js';
import { collectFindings } from './words/findings.js';

/** https://docs.gitlab.com/ci/testing/code_quality/ */
export const gitlabReporter: Reporter = {
  name: 'gitlab',
  async report(run, sink) {
    await sink.write(`${printableJson(codeQuality(await collectFindings(run)), 2)}\n`);
  },
};
