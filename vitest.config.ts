import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * To start a process takes the longer the more memory its worker has come to: tests of commands and of git come first, and last
 * what fills its worker, with the semantic engine or with texts of megabytes. Of these, those that take long come first, that
 * none is left alone at the end. Among equals, large files come first.
 */
class ByMemory extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  if (/\/(?:src\/metrics\/(?:robustness|contract)|toxicity\/figures|e2e\/import-hostile)\.test/.test(moduleId))
    return 2;
  if (/\/src\/(?:metrics|embedders)\//.test(moduleId)) return 3;
  return /\/test\/|\/src\/(?:store|release)\//.test(moduleId) ? 0 : 1;
}

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    include: ['{src,test}/**/*.test.ts'],
    // Files share what they import: read anew for each, it is a quarter of the time that all of them take
    isolate: false,
    // Tests of commands wait for child processes and servers much of the time
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: ByMemory },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What a test waits for comes on a busy machine too, only later
    expect: { poll: { timeout: 30_000 } },
    // It imports JSON in a way that Node itself refuses
    server: { deps: { inline: ['@actions/workflow-parser'] } },
  },
});
