import { onTestFinished, TestRunner } from 'vitest';

/** Runs the action when the running test ends. Outside of a test (`beforeAll`) it does nothing: there, clean up yourself. */
export function afterThisTest(action: () => unknown): void {
  if (TestRunner.getCurrentTest() === undefined) return;
  onTestFinished(async () => {
    await action();
  });
}
