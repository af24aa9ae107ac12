import { workflowCommands } from '../core/text/annotations.js';
import type { Reporter } from './reporter.js';
import { collectFindings } from './words/findings.js';

/** Workflow commands of GitHub Actions, which become annotations at the lines of gates and cases. */
export const githubReporter: Reporter = {
  name: 'github',
  async report(run, sink) {
    // What gates allow is no annotation: it would stand on every pull request
    const findings = (await collectFindings(run)).filter(({ level }) => level !== 'note');
    for (const line of workflowCommands(findings)) await sink.write(`${line}\n`);
  },
};
