#!/usr/bin/env node
// Node would end with 0, 1 or 13 where something ends it before llmci is there, and 1 says that a gate failed
process.on('exit', () => {
  process.exitCode = 3;
});
import('../dist/program/main.js').catch((error) => {
  // Once it is loaded it knows what its errors mean
  if (process.listenerCount('uncaughtException') > 0) throw error;
  process.stderr.write(`error: llmci cannot be loaded: ${error?.message}
Install it again, on Node 20.19 or newer (this is ${process.version}).
`);
});
