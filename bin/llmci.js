#!/usr/bin/env node
// Node ends with 1 where it cannot load what it is given, and that says that a gate failed
import('../dist/program/main.js').catch((error) => {
  // Once it is loaded it knows what its errors mean
  if (process.listenerCount('uncaughtException') > 0) throw error;
  process.stderr.write(`error: llmci cannot be loaded: ${error?.message}
Install it again, on Node 20.19 or newer (this is ${process.version}).
`);
  process.exitCode = 3;
});
