import { count } from '../../core/text/format.js';
import { writeJson } from '../../core/text/write-json.js';
import type { Configure } from '../command.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--config <file>', 'another configuration than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print { valid, problems } as JSON')
    .addHelpText('after', HELP)
    .action(async (options: { config?: string; cwd?: string; json?: boolean }) => {
      const { loadProject } = await import('../../project/load.js');
      const { LlmciError } = await import('../../core/text/errors.js');
      const { printable } = await import('../../core/text/printable.js');
      const { listProblems } = await import('../show-error.js');
      try {
        const cwd = options.cwd ?? terminal.cwd();
        const project = await loadProject({ cwd, config: options.config, checkCassettes: true });
        const suites = [...project.suites.values()];
        const cases = suites.reduce((sum, suite) => sum + suite.cases.length, 0);
        const gates = suites.flatMap((suite) => suite.columns).reduce((sum, column) => sum + column.gates.length, 0);
        const found = [
          count(project.prompts.size, 'prompt'),
          count(suites.length, 'suite'),
          count(cases, 'case'),
          count(gates, 'gate'),
        ];
        const warnings = project.warnings.length > 0 ? `${printable(listProblems(project.warnings))}\n\n` : '';
        terminal.stdout.write(
          options.json
            ? `${writeJson({ valid: true, problems: project.warnings }, 2)}
`
            : `${warnings}All files are valid: ${found.join(', ')}.
`,
        );
      } catch (error) {
        if (!options.json || !(error instanceof LlmciError)) throw error;
        terminal.stdout.write(`${writeJson({ valid: false, problems: error.problems }, 2)}\n`);
        exit(error.exitCode);
      }
    });
};

const HELP = `
Checks prompts, thresholds, suites, datasets and llmci.yaml. Every problem is shown at once as
file:line:column  message. Exit code 0 when all is valid, 2 when not.
`;
