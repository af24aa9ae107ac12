import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Files share what they import: read anew for each, it is a quarter of the time that all of them take
const isolate = false;

export default defineConfig({
  test: {
    // Tests of commands wait for child processes and servers much of the time
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: 'unit',
          isolate,
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          isolate,
          include: ['test/{e2e,page}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // It imports JSON in a way that Node itself refuses
          server: { deps: { inline: ['@actions/workflow-parser'] } },
        },
      },
    ],
  },
});
