import { toolVersion } from '../store/files/version.js';
import { describeWith, flush, guardExitCode, settleExitCode } from './exit-guard.js';
import { guardOutput } from './guard-output.js';

guardExitCode(process);
const codeOf = guardOutput(process);
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  // What other tools ask for before each use is answered without loading the program
  process.stdout.write(`${toolVersion()}\n`);
  await flush(process.stdout);
  settleExitCode(codeOf(0));
} else {
  const [{ runProgram }, { describeBug }] = await Promise.all([import('./program.js'), import('./show-error.js')]);
  describeWith(describeBug);
  const exitCode = await runProgram(args, process);
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  // The one place that sets the exit code. The process ends by itself.
  settleExitCode(codeOf(exitCode));
}
