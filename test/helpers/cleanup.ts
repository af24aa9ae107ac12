import { AsyncLocalStorage } from 'node:async_hooks';

type Action = () => unknown;

/** What the running test has to clean up. It goes with the calls that the test makes, so that tests may run side by side. */
const actions = new AsyncLocalStorage<Action[]>();

/** Runs the action when the running test ends. Outside of a test (`beforeAll`) it does nothing: there, clean up yourself. */
export function afterThisTest(action: Action): void {
  actions.getStore()?.push(action);
}

/** Runs a test, and then what it left to clean up, the last first; all of it, whatever throws. */
export async function cleanUpAfter(runTest: () => Promise<unknown>): Promise<void> {
  const left: Action[] = [];
  const failures: unknown[] = [];
  await actions.run(left, runTest).catch((error) => failures.push(error));
  for (const action of left.reverse()) {
    try {
      await action();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
