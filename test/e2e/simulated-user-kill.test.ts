import { expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { makeServedProject } from '../helpers/served-project.js';

// kill -9 while a model plays the user, then --resume: what both have said is there, and nothing is asked twice.

const CASES = 3;
/** Lines of each user, before it is done. */
const LINES = 4;
/** What each conversation asks of both models. */
const CALLS = LINES + 1 + LINES + 1;
const usage = { inputTokens: 10, outputTokens: 5 };

interface Body {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
}

/** By the number of its answers the user knows what to say: so every request is another one. */
const talk: Respond = ({ body, lastUserText }) => {
  const { model, messages } = body as unknown as Body;
  if (model !== 'user-1') return { kind: 'text', text: `ok ${lastUserText}`, usage };
  const heard = messages.at(-1)?.content ?? '';
  const answers = heard.match(/\[assistant\]/g)?.length ?? 0;
  const who = /hello (\d+)/.exec(heard)?.[1] ?? '';
  const line = answers > LINES ? { done: true, message: '' } : { done: false, message: `line ${answers} of ${who}` };
  return { kind: 'text', text: JSON.stringify(line), usage };
};

/** Answers so many calls, and is silent after them until it is told to go on. */
function stoppable() {
  let left = Number.POSITIVE_INFINITY;
  let onSilent: () => void = () => undefined;
  const respond: Respond = (call) => {
    if (left-- > 0) return talk(call);
    onSilent();
    return { kind: 'hang' };
  };
  return {
    respond,
    stopAfter: (calls: number) => {
      left = calls;
      return new Promise<void>((resolve) => {
        onSilent = resolve;
      });
    },
    goOn: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
}

// While the model is asked, and while its user is
it.each([1, 6, 7, 13, 20])('after %i answers', async (answered) => {
  const { respond, stopAfter, goOn } = stoppable();
  const simulate = { persona: 'You are Ann.', goal: 'A refund for {{ ticket }}.', model: 'fake/user-1' };
  const cases = Array.from({ length: CASES }, (_, index) => ({
    id: `c${index + 1}`,
    vars: { ticket: `hello ${index + 1}` },
    simulate,
  }));
  const prices = { 'fake/model-1': { input: 1000, output: 1000 }, 'fake/user-1': { input: 0, output: 10_000 } };
  const served = await makeServedProject(
    { respond },
    { suite: { cases }, config: { prices }, provider: { concurrency: 1 } },
  );
  const silent = stopAfter(answered);
  const victim = served.start(['eval', '--quiet', '--no-cache']);
  await silent;
  victim.kill('SIGKILL');
  await victim.result;
  goOn();
  const asked = served.server.stats().calls;

  const { stdout, stderr, code } = await served.llmci(['eval', '--resume', '--json']);
  expect([code, stderr.includes('bug')]).toEqual([0, false]);
  const record = runRecordSchema.parse(JSON.parse(stdout));
  // The call that was never answered is asked again, and no other
  expect([asked, served.server.stats().calls]).toEqual([answered + 1, CASES * CALLS + 1]);
  for (const { case: id, output } of record.results) {
    const said = output?.conversation?.flatMap(({ role, content }) => (role === 'user' ? [content] : []));
    expect(said).toEqual(Array.from({ length: LINES }, (_, line) => `line ${line + 1} of ${id.slice(1)}`));
    expect(output?.steps?.length).toBe(LINES + 1);
  }
  // Paid once: what the killed run paid is in it
  expect(record.usage.calls).toEqual({ live: CASES * CALLS, cache: 0, replay: 0 });
  const paid = CASES * ((LINES + 1) * 15 * 0.001 + (LINES + 1) * 5 * 0.01);
  expect(record.usage.usd).toBeCloseTo(paid, 9);
});
