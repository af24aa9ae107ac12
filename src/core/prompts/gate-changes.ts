import { GATE_DEFAULTS, type Gate } from '../../model/gate.js';
import type { GateEdit } from '../../model/prompt-change.js';
import type { ThresholdsFile } from '../../model/thresholds-file.js';
import type { WrittenQuantity } from '../../model/written-quantity.js';
import { canonicalJson } from '../text/canonical.js';
import { formatBound } from '../text/format.js';

type Step = 'same' | 'weakened' | 'strengthened' | 'altered';

/** What holds for the gates of a file that do not say it themselves. */
type Defaults = Pick<ThresholdsFile, keyof typeof GATE_DEFAULTS>;

/**
 * What has become of the gates of a prompt, or of a suite, which has no defaults of its own. A gate is found again by what it
 * bounds: metric, statistic, cases and kind of bound. What is easier to pass is weakened; where that cannot be told it is altered.
 */
export function changeGates(
  before: readonly Gate[],
  now: readonly Gate[],
  wasDefault: Defaults = GATE_DEFAULTS,
  isDefault: Defaults = GATE_DEFAULTS,
): readonly GateEdit[] {
  const left = [...now];
  const edits: GateEdit[] = [];
  for (const gate of before) {
    const at = left.findIndex((other) => subjectOf(other) === subjectOf(gate));
    const other = left[at];
    if (other === undefined) {
      edits.push({ what: 'gate', effect: 'removed', rule: subjectOf(gate), before: describe(gate), now: null });
      continue;
    }
    left.splice(at, 1);
    const effect = joined([...stepsOf(gate, other), ...settingSteps(gate, other, wasDefault, isDefault)]);
    if (effect !== 'same')
      edits.push({ what: 'gate', effect, rule: subjectOf(gate), before: describe(gate), now: describe(other) });
  }
  const come = left.map(
    (gate): GateEdit => ({ what: 'gate', effect: 'added', rule: subjectOf(gate), before: null, now: describe(gate) }),
  );
  return [...edits, ...come];
}

/** The same of a thresholds file, with what it sets for all of its gates. No file is no gate. */
export function changeThresholds(before: ThresholdsFile | null, now: ThresholdsFile | null): readonly GateEdit[] {
  const gates = changeGates(before?.gates ?? [], now?.gates ?? [], before ?? GATE_DEFAULTS, now ?? GATE_DEFAULTS);
  if (before === null || now === null) return gates;
  const settings: readonly (readonly [string, Step, unknown, unknown])[] = [
    ['confidence', numberStep(before.confidence, now.confidence), before.confidence, now.confidence],
    ['applies', numberStep(before.applies, now.applies), before.applies, now.applies],
    ['coverage', numberStep(before.coverage, now.coverage), before.coverage, now.coverage],
    ['onInconclusive', orderStep(INCONCLUSIVE, before, now), before.onInconclusive, now.onInconclusive],
    // Wider bounds are harder to prove anything with, and harder to fail by
    ['inference', before.inference === now.inference ? 'same' : 'altered', before.inference, now.inference],
    ['correction', orderStep(CORRECTION, before, now), before.correction, now.correction],
    ['unjudged', orderStep(UNJUDGED, before, now), before.unjudged, now.unjudged],
  ];
  return [
    ...gates,
    ...changeSharing(before, now),
    ...settings.flatMap(([rule, effect, was, is]): GateEdit[] =>
      effect === 'same'
        ? []
        : [{ what: 'gate', effect, rule, before: String(was ?? 'unset'), now: String(is ?? 'unset') }],
    ),
  ];
}

interface Sharing extends Pick<ThresholdsFile, 'correction'> {
  readonly gates: readonly Gate[];
}

/**
 * Gates that share one chance of a false alarm each fail later, the more they are. Where what is not proven blocks all the
 * same that lets nothing through; where it only warns, or goes by, gates that were added take the teeth of those before.
 */
export function changeSharing(
  before: Sharing & Pick<ThresholdsFile, 'onInconclusive'>,
  now: Sharing,
): readonly GateEdit[] {
  const sharing = ({ gates }: Sharing) => gates.filter(({ maxDrop }) => maxDrop !== undefined);
  const [was, is] = [sharing(before), sharing(now)];
  const isShared = before.correction === 'holm' && now.correction === 'holm' && is.length > was.length;
  if (!isShared || was.every(({ onInconclusive = before.onInconclusive }) => onInconclusive === 'fail')) return [];
  const among = ({ length }: readonly Gate[]) => `holm among ${length}`;
  return [{ what: 'gate', effect: 'weakened', rule: 'correction', before: among(was), now: among(is) }];
}

interface Order<K extends string> {
  readonly key: K;
  /** The easiest to pass first. */
  readonly values: readonly unknown[];
}

const INCONCLUSIVE: Order<'onInconclusive'> = { key: 'onInconclusive', values: ['pass', 'warn', 'fail'] };
const DECIDE: Order<'decide'> = { key: 'decide', values: ['estimate', 'point', 'proof'] };
const LEVEL: Order<'level'> = { key: 'level', values: ['warn', 'error'] };
/** Gates that share one chance of a false alarm fail later. */
const CORRECTION: Order<'correction'> = { key: 'correction', values: ['holm', 'none'] };
const UNJUDGED: Order<'unjudged'> = { key: 'unjudged', values: ['ok', undefined] };

function orderStep<K extends string>(
  { key, values }: Order<K>,
  before: { readonly [P in K]?: unknown },
  now: { readonly [P in K]?: unknown },
): Step {
  return numberStep(values.indexOf(before[key]), values.indexOf(now[key]));
}

/** More is harder. */
function numberStep(before: number, now: number): Step {
  if (before === now) return 'same';
  return now < before ? 'weakened' : 'strengthened';
}

function stepsOf(before: Gate, now: Gate): readonly Step[] {
  return [
    boundStep(before.min, now.min, true),
    boundStep(before.max, now.max, false),
    boundStep(before.maxDrop, now.maxDrop, false),
    boundStep(before.improve?.by, now.improve?.by, true),
    orderStep(LEVEL, before, now),
    orderStep(DECIDE, before, now),
    numberStep(before.calibrated?.kappa ?? 0, now.calibrated?.kappa ?? 0),
    before.correct === now.correct ? 'same' : 'altered',
  ];
}

/** What a gate says that its file would say for it: where one side is silent, its file has spoken. */
function settingSteps(before: Gate, now: Gate, wasDefault: Defaults, isDefault: Defaults): readonly Step[] {
  const said = (key: keyof Defaults) => before[key] !== undefined || now[key] !== undefined;
  const [was, is] = [
    { ...wasDefault, ...written(before) },
    { ...isDefault, ...written(now) },
  ];
  return [
    said('onInconclusive') ? orderStep(INCONCLUSIVE, was, is) : 'same',
    ...(['confidence', 'applies', 'coverage'] as const).map((key) =>
      said(key) ? numberStep(was[key], is[key]) : 'same',
    ),
  ];
}

function written({ confidence, onInconclusive, applies, coverage }: Gate): Partial<Defaults> {
  return {
    ...(confidence !== undefined && { confidence }),
    ...(onInconclusive !== undefined && { onInconclusive }),
    ...(applies !== undefined && { applies }),
    ...(coverage !== undefined && { coverage }),
  };
}

function boundStep(before: WrittenQuantity | undefined, now: WrittenQuantity | undefined, moreIsHarder: boolean): Step {
  if (before === undefined || now === undefined) return before === now ? 'same' : 'altered';
  if (before.unit !== now.unit && !isShare(before, now)) return 'altered';
  return moreIsHarder ? numberStep(before.value, now.value) : numberStep(now.value, before.value);
}

/** `min: 0.9` and `min: 90%` are one bound; of `maxDrop` they are not, but then each is found under its own subject. */
function isShare(...bounds: readonly WrittenQuantity[]): boolean {
  return bounds.every(({ unit }) => unit === null || unit === 'percent');
}

/** One weaker part makes the whole weaker, whatever else was made harder. */
function joined(steps: readonly Step[]): Step {
  return (['weakened', 'altered', 'strengthened'] as const).find((step) => steps.includes(step)) ?? 'same';
}

/** What a gate bounds. */
function subjectOf(gate: Gate): string {
  const metric = gate.improve?.metric ?? gate.metric ?? '';
  const stat = gate.stat ?? (metric === 'pass' ? 'rate' : 'mean');
  const [kind] = boundOf(gate);
  const relative = kind === 'maxDrop' || kind === 'improve' ? ` ${boundOf(gate)[1]?.unit ?? ''}` : '';
  const where = gate.where ? ` on ${gate.where.tags.toSorted().join(', ')}` : '';
  return `${metric} ${stat}${where} ${kind}${relative.trimEnd()}`;
}

function boundOf(gate: Gate): readonly [string, WrittenQuantity | undefined] {
  if (gate.min) return ['min', gate.min];
  if (gate.max) return ['max', gate.max];
  return gate.maxDrop ? ['maxDrop', gate.maxDrop] : ['improve', gate.improve?.by];
}

/** A gate as its file has it: `pass rate min 90% (warn)`. */
function describe(gate: Gate): string {
  const [, quantity] = boundOf(gate);
  const { min: _, max: _max, maxDrop: _drop, improve: _improve, metric: _m, stat: _s, where: _w, ...rest } = gate;
  const { level, decide, ...settings } = rest;
  const marks = [
    level === 'warn' ? 'warn' : '',
    decide === 'estimate' ? '' : decide,
    Object.keys(settings).length > 0 ? canonicalJson(settings) : '',
  ].filter(Boolean);
  return `${subjectOf(gate)} ${quantity ? describeQuantity(quantity) : ''}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}

function describeQuantity({ value, unit }: WrittenQuantity): string {
  return formatBound(value, unit ?? 'number');
}
