import type { RecordedPlan } from '../../model/ledger.js';
import type { LiveGate } from '../../model/live.js';
import type { Sums } from '../../model/live-counts.js';
import { sumKnown } from '../stats/add-known.js';
import { formatAge } from '../text/age.js';
import { count, formatShare } from '../text/format.js';
import { type Assumed, callsNeeded } from './calls-needed.js';
import { copiedShare } from './copied-share.js';
import { shareOf } from './judge-live.js';
import { isLiveMetric } from './live-metrics.js';
import { gatesOf, nameOfGate, type Planned, stepsOf } from './next.js';
import type { Usual } from './usual.js';

/** What a gate will take, if the candidate is like what is live. */
export interface GateForecast {
  readonly gate: LiveGate;
  /** Calls of the candidate until the gate passes; null where it never would, or that is not known. */
  readonly calls: number | null;
  /** The share of units at which these come: that of the last step in which the gate can tell anything. */
  readonly weight: number | null;
  /** How long that takes with the steps before, in milliseconds; null when it is not known. */
  readonly ms: number | null;
  /** Whether the spread of its values was counted before, or is a guess. */
  readonly basis: 'counted' | 'assumed';
  /** Why there is no number of calls; null where there is one. */
  readonly why: string | null;
}

/** Something that cannot go as it is planned. */
export interface Nonsense {
  readonly prompt: string;
  readonly message: string;
  readonly remedy: string;
}

/** What can be said of a rollout before it begins. */
export interface Forecast {
  /** Calls a second by prompt; null where nobody has counted them. */
  readonly traffic: Readonly<Record<string, number | null>>;
  readonly gates: readonly GateForecast[];
  /** The least time of each step, in milliseconds; null when that is not known. */
  readonly steps: readonly { readonly weight: number; readonly ms: number | null }[];
  readonly nonsense: readonly Nonsense[];
}

/** A share of errors, of answers that do not come to their end, and of scores that miss their mark, where nothing was counted. */
export const ASSUMED_RATE = 0.02;
/** The standard deviation of the logarithms of latencies and costs where nothing was counted. */
export const ASSUMED_LOG_DEVIATION = 0.6;

type Step = ReturnType<typeof stepsOf>[number];

/**
 * What the gates of a rollout will take at the usual traffic, and what of its plan that traffic cannot meet. For a candidate
 * that is like what is live: about half of such rollouts take longer, and one that is worse fails sooner.
 */
export function forecast(planned: Planned, usual: Usual): Forecast {
  const { plan, releases } = planned;
  const traffic = releases.map(({ prompt }) => [prompt, usual.rates.get(prompt) ?? null] as const);
  const together = traffic.reduce<number | null>(
    (sum, [, rate]) => (sum === null || rate === null ? null : sum + rate),
    0,
  );
  const steps = stepsOf(plan).map((step) => ({ ...step, ms: leastTime(step, shareIn(plan, step), together) }));
  const all = gatesOf(planned);
  const gates = all.map((gate) => forecastGate(gate, shareOf(gate, all), plan, steps, usual));
  return {
    traffic: Object.fromEntries(traffic),
    gates,
    steps: steps.map(({ weight, ms }) => ({ weight, ms })),
    nonsense: findNonsense(planned, steps, gates),
  };
}

interface TimedStep extends Step {
  readonly ms: number | null;
}

/** The share of calls that a candidate answers in a step. Where it answers nobody it gets copies of all. */
function shareIn(plan: RecordedPlan, { weight }: Step): number {
  return weight === 0 ? (copiedShare(plan) ?? 0) : weight;
}

function leastTime({ calls, for: time = 0 }: Step, share: number, rate: number | null): number | null {
  if (calls === undefined) return time;
  if (share === 0) return Number.POSITIVE_INFINITY;
  return rate === null || rate === 0 ? null : Math.max(time, (1000 * calls) / (rate * share));
}

function forecastGate(
  gate: LiveGate,
  alpha: number,
  plan: RecordedPlan,
  steps: readonly TimedStep[],
  { rates, streams }: Usual,
): GateForecast {
  const counted = streams.get(gate.stream);
  const basis = counted !== undefined && counted.n > 1 ? 'counted' : 'assumed';
  const without = (why: string): GateForecast => ({ gate, calls: null, weight: null, ms: null, basis, why });
  if (gate.bound.kind === 'change' && gate.bound.margin === 0)
    return without('never: its margin is 0, and a candidate that is just as good does not prove that');
  const assumed = assumedOf(gate, counted);
  if (assumed === null) return without('not known, as nothing was counted yet of how its values spread');
  if (isBeyond(gate, assumed.control)) return without('never: what is live does not meet it either');
  const at = steps.findLastIndex((step) => canTell(gate, plan, step));
  const step = steps[at];
  if (!step) return without('never: no step of the plan has two arms to compare');
  const isPaired = plan.strategy !== 'canary' && step.weight === 0 && gate.bound.kind === 'change';
  const pairs = isPaired ? { ofPairs: Math.SQRT2 * spreadOf(assumed, gate) } : {};
  const calls = callsNeeded(gate, { ...assumed, ...pairs }, step.weight, alpha);
  if (calls === null) return without('not within ten million calls');
  const rate = rates.get(gate.prompt) ?? null;
  const scored = scoredShare(gate, plan);
  const needed = scored > 0 ? Math.ceil(calls / scored) : null;
  if (needed === null) return without('never: none of the calls is scored, as its `sample` is 0');
  const before = sumKnown(steps.slice(0, at).map(({ ms }) => ms));
  const here = rate === null || rate === 0 ? null : (1000 * needed) / (rate * shareIn(plan, step));
  const ms = gate.metric === 'feedback' ? null : sumKnown([before, here]);
  return { gate, calls: needed, weight: step.weight, ms, basis, why: null };
}

/** The share of calls from which a gate gets values: those that cost something are sampled. */
function scoredShare({ metric, prompt }: LiveGate, { live }: RecordedPlan): number {
  const { sample = 1, free = [] } = live?.[prompt] ?? {};
  return isLiveMetric(metric) || free.includes(metric) ? 1 : sample;
}

/** What is compared needs both arms at once, or pairs; a fixed bound only calls of the candidate. */
function canTell({ bound }: LiveGate, plan: RecordedPlan, step: Step): boolean {
  if (bound.kind === 'value') return shareIn(plan, step) > 0;
  return plan.strategy !== 'canary' ? step.weight === 0 : step.weight > 0 && step.weight < 1;
}

/** The candidate as what is live was counted; null where nothing is known of it. */
function assumedOf(gate: LiveGate, counted: Sums | undefined): Assumed | null {
  const { values, better, bound } = gate;
  if (counted !== undefined && counted.n > 1) {
    const mean = counted.sum / counted.n;
    const deviation = Math.sqrt(Math.max(0, counted.squares / counted.n - mean ** 2));
    // A rate of none is less than was counted, not none
    if (values !== 'rate') return { control: mean, candidate: mean, deviation };
    const least = 1 / (counted.n + 2);
    const rate = Math.min(1 - least, Math.max(least, mean));
    return { control: rate, candidate: rate, deviation: 0 };
  }
  if (values === 'rate') {
    const usual = better === 'lower' ? ASSUMED_RATE : 1 - ASSUMED_RATE;
    const isMet = bound.kind === 'change' || (bound.side === 'max' ? usual < bound.threshold : usual > bound.threshold);
    const half = bound.kind === 'value' ? (bound.side === 'max' ? bound.threshold / 2 : (1 + bound.threshold) / 2) : 0;
    const rate = isMet ? usual : half;
    return { control: rate, candidate: rate, deviation: 0 };
  }
  return values === 'log-mean' ? { control: 0, candidate: 0, deviation: ASSUMED_LOG_DEVIATION } : null;
}

function isBeyond({ bound, values }: LiveGate, usual: number): boolean {
  if (bound.kind === 'change') return false;
  const value = values === 'log-mean' ? Math.exp(usual) : usual;
  return bound.side === 'max' ? value >= bound.threshold : value <= bound.threshold;
}

function spreadOf({ control, deviation }: Assumed, { values }: LiveGate): number {
  return values === 'rate' ? Math.sqrt(control * (1 - control)) : deviation;
}

function findNonsense(
  { releases, plan }: Planned,
  steps: readonly TimedStep[],
  gates: readonly GateForecast[],
): readonly Nonsense[] {
  const prompt = releases[0]?.prompt ?? '';
  const idle = steps.filter(({ ms }) => ms === Number.POSITIVE_INFINITY);
  if (idle.length > 0) {
    const [{ weight, calls }] = idle as [TimedStep];
    const message = `the step of ${formatShare(weight)} waits for ${count(calls ?? 1, 'call')} of the candidate, and gives it none`;
    return [{ prompt, message, remedy: 'give the step a weight, or leave out its `calls`' }];
  }
  const { deadline } = plan;
  if (deadline === undefined) return [];
  const longer = (ms: number) => `${formatAge(ms)}, and its deadline is ${formatAge(deadline)}`;
  const all = steps.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  const remedy = 'a longer `deadline`, or steps that ask for less';
  if (all > deadline) return [{ prompt, message: `the steps of the plan take at least ${longer(all)}`, remedy }];
  return gates.flatMap(({ gate, ms, calls }) =>
    gate.level === 'error' && calls !== null && ms !== null && ms > deadline
      ? [
          {
            prompt: gate.prompt,
            message: `${nameOfGate(gate)} needs ${count(calls, 'call')} of the candidate, which take ${longer(ms)}`,
            remedy: 'a longer `deadline`, a wider margin, larger weights, or `level: warn`',
          },
        ]
      : [],
  );
}
