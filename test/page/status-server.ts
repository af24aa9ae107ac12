import { fold } from '../../src/core/releases/fold.js';
import type { LiveDecision } from '../../src/core/rollouts/judge-live.js';
import type { ScoresStatus } from '../../src/model/gateway-status.js';
import { CallTurns } from '../../src/serve/access/call-turns.js';
import { Guard } from '../../src/serve/access/guard.js';
import { Gateway } from '../../src/serve/gateway.js';
import { ApiError } from '../../src/serve/http/api-error.js';
import type { Route } from '../../src/serve/http/router.js';
import { type Listening, listen } from '../../src/serve/http-server.js';
import { type GateNow, StatusBoard } from '../../src/serve/status/board.js';
import { gateNow, type ShownGate } from '../../src/serve/status/gate-now.js';
import { statusRoutes } from '../../src/serve/status/routes.js';
import { CallMetrics } from '../../src/serve/telemetry/call-metrics.js';
import { callOf } from '../helpers/finished-call.js';

/** A gateway's page of status, with a ledger, calls and gates that a test makes up, and the acts that were asked of it. */
export interface StatusServer extends Listening {
  readonly acts: { readonly path: string; readonly token: string | null; readonly body: unknown }[];
  /** Seconds pass, and with them come bounds. */
  pass(seconds: number): Promise<void>;
}

const START = Date.parse('2026-11-28T12:00:00.000Z');
const DIGEST = 'ab'.repeat(32);

/** The text stands wherever a text of others can stand. */
export async function startStatus(prompt = 'support-reply', token = 'right'): Promise<StatusServer> {
  const acts: StatusServer['acts'][number][] = [];
  const calls = new CallMetrics();
  let now = START;
  const lines = linesOf(prompt);
  const board = new StatusBoard({
    version: '0.1.0',
    prompts: { status: () => ({ environment: 'production', line: 2, at: lines[1].at, from: 'store' }) },
    calls,
    readLedger: async () => ({ lines: lines as never, state: fold(lines as never).state }),
    acts: () => true,
    copiesOf: () => ({ answered: 1200, failed: 3, dropped: 40, usd: 0.31 }),
    scoresOf: () => scoresAt(prompt),
    standingOf: () => ({
      gates: gatesAt(prompt, (now - START) / 1000),
      waits: `the candidate has had few calls ${prompt}`,
    }),
    world: { date: () => new Date(now), later: () => () => undefined },
    onFault: (error) => {
      throw error;
    },
  });
  const act = (kind: string): Route => ({
    method: 'POST',
    path: `/-/${kind}`,
    access: 'open',
    answer: async ({ header, body, path }, outgoing) => {
      if (header('authorization') !== `Bearer ${token}`)
        throw new ApiError(401, 'wrong_token', 'that is no admin token');
      acts.push({ path, token: header('authorization'), body: await body() });
      outgoing.json(200, {});
    },
  });
  const routes = [
    ...statusRoutes(board, calls),
    ...['pause', 'resume', 'weight', 'complete', 'abort', 'rollback'].map(act),
  ];
  const turns = new CallTurns({ now: () => 0, inNextRound: setImmediate });
  const gateway = new Gateway({ routes, guard: new Guard(null, null), turns, onFault: () => undefined });
  const place = { host: '127.0.0.1', port: 0, anyName: false };
  const listening = await listen(gateway, place, { lateWithin: () => 0 });
  const pass = async (seconds: number) => {
    for (let n = 0; n < seconds; n++) {
      now += 1000;
      for (let call = 0; call < 6; call++) calls.onCall(madeCall(prompt, n * 6 + call, now));
      await board.start();
    }
  };
  await board.start();
  return {
    acts,
    pass,
    address: listening.address,
    close: async () => {
      board.stop();
      await listening.close();
    },
  };
}

function madeCall(prompt: string, n: number, at: number) {
  const arm = n % 5 === 0 ? 'candidate' : 'control';
  const latencyMs = 300 * 2 ** (((n * 7919) % 1000) / 250 - 1) * (arm === 'candidate' ? 1.2 : 1);
  const failed = n % 40 === 0;
  return callOf({
    ...{ at, prompt, arm, release: `${prompt}@${arm === 'candidate' ? 4 : 3}`, latencyMs, usd: 0.0004 },
    ...(failed && { answer: null, error: 'timeout', usd: null }),
  });
}

/** A promotion and a canary, as fold takes them; nothing looks at the chain here. */
function linesOf(prompt: string) {
  const by = { name: `Ada ${prompt}`, via: 'ci' };
  const ref = (number: number, digest: string) => ({ prompt, number, digest, hash: digest });
  const moved = { risk: 'medium', ...ref(4, 'cd'.repeat(32)), replaces: DIGEST };
  const chain = { prev: null, hash: DIGEST, by };
  return [
    {
      ...{ n: 1, at: '2026-11-25T09:30:00.000Z', action: 'promote', ...chain },
      releases: [{ risk: 'low', ...ref(3, DIGEST), replaces: null }],
      note: prompt,
    },
    {
      ...{ n: 2, at: '2026-11-28T11:20:00.000Z', action: 'rollout', ...chain, releases: [moved], weight: 0.1 },
      plan: { strategy: 'canary', steps: [{ weight: 0.01, calls: 200 }, { weight: 0.1 }, { weight: 0.5 }] },
    },
  ] as const;
}

/** What metrics say of calls, some of which have failed. */
function scoresAt(prompt: string): ScoresStatus {
  const both = (control: number, candidate: number) => ({ control, candidate });
  return {
    metrics: [
      {
        ...{ prompt, metric: `toxicity ${prompt}`, series: 'a', sampled: false, note: null, lastMissing: null },
        ...{ scored: both(2400, 600), failed: both(12, 9), means: both(0.02, 0.03) },
        ...{ missing: both(0, 0), dropped: both(0, 0), overBudget: both(0, 0) },
      },
      {
        ...{ prompt, metric: 'judge', series: 'b', sampled: true, lastMissing: `no answer ${prompt}` },
        note: '99 of its last 100 scores are 1: it hardly tells answers apart',
        ...{ scored: both(240, 60), failed: both(1, 0), means: both(0.99, 1) },
        ...{ missing: both(2, 1), dropped: both(0, 0), overBudget: both(7, 2) },
      },
    ],
    failed: [
      {
        ...{ call: 'c', at: new Date(START).toISOString(), prompt, release: `${prompt}@4`, arm: 'candidate' },
        ...{ metric: 'toxicity', value: 0.81, reason: `rude: ${prompt}`, answer: `Write to [email-1], ${prompt}` },
      },
    ],
    spent: [{ prompt, usd: 1.25, budget: 5 }],
  };
}

/** Bounds that narrow as time passes: one gate passes, one fails, one waits, one only warns and knows one side. */
function gatesAt(prompt: string, seconds: number): readonly GateNow[] {
  const width = 0.6 / Math.sqrt(1 + seconds);
  const decisionOf = (
    [metric, stat, better]: readonly [string, 'mean' | 'rate', 'higher' | 'lower'],
    [margin, relative]: readonly [number, boolean],
    estimate: number,
  ): LiveDecision<ShownGate> => {
    const [low, high] = [estimate - width, estimate + width];
    const verdict = high < -margin ? 'fail' : low > -margin ? 'pass' : 'wait';
    const bound = { kind: 'change', margin, relative } as const;
    return {
      gate: { prompt, metric, stat, stream: metric, values: stat, better, bound, level: 'error' },
      ...{ verdict, estimate, low, high, needed: verdict === 'wait' ? 240 : null },
      n: { control: 24 * seconds, candidate: 6 * seconds },
      method: `a confidence sequence ${prompt}`,
    };
  };
  const feedback = decisionOf(['feedback', 'mean', 'higher'], [0.05, false], 0);
  return [
    decisionOf(['latency', 'mean', 'lower'], [0.08, true], -0.18),
    decisionOf(['errors', 'rate', 'lower'], [0.07, false], -0.004),
    decisionOf([`toxicity ${prompt}`, 'rate', 'higher'], [0.03, false], -0.002),
    {
      ...feedback,
      gate: { ...feedback.gate, level: 'warn' },
      verdict: 'wait',
      low: null,
      high: 0.2,
      needed: null,
    } as const,
  ].map(gateNow);
}
