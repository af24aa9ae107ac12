import { Command, CommanderError } from 'commander';
import { printable } from '../core/text/printable.js';
import { toolVersion } from '../store/files/version.js';
import { commands } from './commands.js';
import { refuseEmptyNames } from './options.js';
import type { Terminal } from './terminal.js';

const USAGE_ERROR = 2;

/** Runs llmci with the arguments behind its name and returns the exit code. Never throws. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const called = args.find((arg) => !arg.startsWith('-'));
  try {
    const program = new Command('llmci')
      .description(
        'CI/CD for LLM applications: evaluates prompts and models, decides whether a change may be merged, and brings it to production.',
      )
      .version(toolVersion(), '-V, --version', 'print the version')
      .helpOption('-h, --help', 'show help')
      .helpCommand(false)
      .showSuggestionAfterError()
      .showHelpAfterError('Run llmci --help for the commands.')
      .addHelpText('after', HELP_AFTER)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(printable(text)),
      });
    for (const [name, { group, summary, load }] of Object.entries(commands)) {
      program.commandsGroup(`${group}:`);
      const command = program.command(name).description(summary).helpOption('-h, --help', 'show help');
      command.showHelpAfterError(`Run llmci ${name} --help for what it takes.`);
      // Only the command that is called is loaded; the list of all needs no more than their summaries
      if (name !== called) continue;
      (await load()).configure(command, terminal, (code) => {
        exitCode = code;
      });
      refuseEmptyNames(command);
    }
    if (args.length === 0) {
      // A job whose command got lost must not be green
      program.outputHelp({ error: true });
      return USAGE_ERROR;
    }
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    const { showError } = await import('./show-error.js');
    return showError(error, terminal, called);
  }
}

const HELP_AFTER = `
Examples:
  $ llmci init                     a working starter in this repository
  $ llmci eval                     run all suites; the exit code is the verdict
  $ llmci eval support-reply       run one suite
  $ llmci diff main                what a change does to prompts, and its risk
  $ llmci release && llmci promote support-reply --to production

Exit codes of eval:
  0 all gates pass   1 a gate failed   2 usage or configuration error
  3 could not judge (provider down, recording missing, budget spent, no case,
    inconclusive)
  130 interrupted   143 terminated
`;
