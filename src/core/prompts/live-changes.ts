import type { Gate } from '../../model/gate.js';
import type { WrittenLiveGate } from '../../model/live.js';
import type { GateEdit } from '../../model/prompt-change.js';
import type { ThresholdsFile } from '../../model/thresholds-file.js';
import { changeGates } from './gate-changes.js';
import { changeMetric } from './metric-change.js';

type Live = NonNullable<ThresholdsFile['live']>;

/** What has become of the gates of rollouts, of the metrics that they are judged by, and of the share of calls that is scored. */
export function changeLive(before: Live | undefined, now: Live | undefined): readonly GateEdit[] {
  const gates = changeGates(before?.gates.map(asGate) ?? [], now?.gates.map(asGate) ?? []);
  return [
    ...gates.map(({ rule, before: was, now: is, ...edit }) => ({
      ...edit,
      rule: live(rule),
      before: was && live(was),
      now: is && live(is),
    })),
    ...changeMetrics(before?.metrics ?? [], now?.metrics ?? []),
    ...(before && now ? [...setting('sample', before.sample, now.sample), ...budget(before.budget, now.budget)] : []),
  ];
}

function live(rule: string): string {
  return `live ${rule}`;
}

/** A live gate as one over a run, so that both are told alike. */
function asGate({ metric, stat, ...gate }: WrittenLiveGate): Gate {
  const own = stat ?? (metric === 'errors' || metric === 'finish' ? 'rate' : 'mean');
  return { ...gate, metric, stat: own, decide: 'estimate' };
}

type Entries = readonly Readonly<Record<string, unknown>>[];

function changeMetrics(before: Entries, now: Entries): readonly GateEdit[] {
  const [was, is] = [before, now].map(
    (entries) => new Map(entries.map((entry) => [String(entry['id'] ?? entry['metric']), entry])),
  );
  const edits = [...(was ?? [])].flatMap(([id, entry]): readonly GateEdit[] => {
    const rule = `live metric ${id}`;
    const other = is?.get(id);
    if (other === undefined) return [{ what: 'gate', effect: 'removed', rule, before: rule, now: null }];
    const change = changeMetric(id, entry, other);
    const marks = ({ min, max }: Entries[number]) =>
      [min === undefined ? '' : `min ${min}`, max === undefined ? '' : `max ${max}`].filter(Boolean).join(', ') ||
      'no mark';
    return change === null
      ? []
      : [{ what: 'gate', effect: change.effect, rule, before: marks(entry), now: marks(other) }];
  });
  const come = [...(is?.keys() ?? [])].filter((id) => !was?.has(id));
  return [
    ...edits,
    ...come.map(
      (id): GateEdit => ({
        what: 'gate',
        effect: 'added',
        rule: `live metric ${id}`,
        before: null,
        now: `live metric ${id}`,
      }),
    ),
  ];
}

/** More of it is harder to pass. */
function setting(name: string, before: number, now: number): readonly GateEdit[] {
  if (before === now) return [];
  const effect = now < before ? 'weakened' : 'strengthened';
  return [{ what: 'gate', effect, rule: `live ${name}`, before: String(before), now: String(now) }];
}

/** What scores may cost in a day; without it all that are sampled are made. */
function budget(before: number | undefined, now: number | undefined): readonly GateEdit[] {
  const most = Number.POSITIVE_INFINITY;
  return setting('budget', before ?? most, now ?? most).map((edit) => ({
    ...edit,
    before: before === undefined ? 'unset' : `$${before}`,
    now: now === undefined ? 'unset' : `$${now}`,
  }));
}
