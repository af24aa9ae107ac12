import { toolVersion } from '../store/version.js';

// `llmci … | head` closes the pipe early; that is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  // What other tools ask for before each use is answered without loading the program
  process.stdout.write(`${toolVersion()}\n`);
} else {
  const { runProgram } = await import('./program.js');
  // The one place that sets the exit code. The process ends by itself once its output is written.
  process.exitCode = await runProgram(args, process);
}
