import { runProgram } from './program.js';

// `llmci … | head` closes the pipe early; that is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// The one place that sets the exit code. The process ends by itself once its output is written.
process.exitCode = await runProgram(process.argv.slice(2), process);
