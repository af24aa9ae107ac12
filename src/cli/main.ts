import { toolVersion } from '../store/version.js';
import { guardOutput } from './guard-output.js';

const codeOf = guardOutput(process);
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  // What other tools ask for before each use is answered without loading the program
  process.stdout.write(`${toolVersion()}\n`);
} else {
  const { runProgram } = await import('./program.js');
  // The one place that sets the exit code. The process ends by itself once its output is written.
  process.exitCode = codeOf(await runProgram(args, process));
}
