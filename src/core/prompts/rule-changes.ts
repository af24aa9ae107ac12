import type { Ceiling } from '../../model/budget.js';
import type { RiskReason, RuleChange } from '../../model/prompt-change.js';
import type { RulesState, SuiteState } from '../../model/suite-state.js';
import { canonicalJson } from '../text/canonical.js';
import { count } from '../text/format.js';
import { changeGates, changeSharing } from './gate-changes.js';
import { changeMetric } from './metric-change.js';
import { changeRecordings } from './recording-changes.js';

/**
 * What has become of the rules by which prompts are judged. What was made easier, or may have been, is a change of its own.
 * `renamed` are prompts that have another id now: a suite that has followed one runs it still.
 */
export function changeRules(
  before: RulesState,
  now: RulesState,
  renamed: ReadonlyMap<string, string> = new Map(),
): readonly RuleChange[] {
  const changes = before.suites.flatMap((suite): readonly RuleChange[] => {
    const other = now.suites.find(({ path }) => path === suite.path);
    return other
      ? changeSuite(suite, other, renamed)
      : [{ file: suite.path, effect: 'weakened', text: 'the suite is gone' }];
  });
  const come = now.suites
    .filter(({ path }) => !before.suites.some((suite) => suite.path === path))
    .map(({ path }): RuleChange => ({ file: path, effect: 'strengthened', text: 'the suite is new' }));
  return [...changes, ...come, ...changeConfig(before, now), ...changeRecordings(before, now)];
}

/** Weaker rules are of high risk, and so are those of which it cannot be told; stricter ones of low. */
export function reasonOfRule({ effect, text, file }: RuleChange): RiskReason {
  return { risk: effect === 'strengthened' ? 'low' : 'high', text: `${file}: ${text}` };
}

function changeConfig(before: RulesState, now: RulesState): readonly RuleChange[] {
  const file = now.configPath;
  const settings = differing(before.config, now.config).map((key): RuleChange => {
    const text = `\`${key}\` ${now.config[key] === undefined ? 'is gone' : before.config[key] === undefined ? 'is new' : 'is another'}`;
    return { file, effect: 'altered', text };
  });
  const calibrations = differing(before.calibrations, now.calibrations).map((path): RuleChange => {
    if (now.calibrations[path] === undefined)
      return { file: path, effect: 'weakened', text: 'the calibration is gone' };
    const isNew = before.calibrations[path] === undefined;
    return {
      file: path,
      effect: isNew ? 'strengthened' : 'altered',
      text: `the calibration is ${isNew ? 'new' : 'another'}`,
    };
  });
  const risks = [...new Set([...Object.keys(before.signoff), ...Object.keys(now.signoff)])];
  const signoff = risks.flatMap((risk): readonly RuleChange[] => {
    const [was, is] = [before.signoff[risk] ?? 0, now.signoff[risk] ?? 0];
    if (was === is) return [];
    const effect = is < was ? 'weakened' : 'strengthened';
    return [{ file, effect, text: `sign-offs of ${risk} risk ${was} → ${is}` }];
  });
  return [...settings, ...changeBudget(file, before.budget, now.budget), ...calibrations, ...signoff];
}

/** What live calls may use: a ceiling that is higher or gone lets a change ask more than before. */
function changeBudget(file: string, before: Ceiling, now: Ceiling): readonly RuleChange[] {
  return (['usd', 'tokens', 'calls'] as const).flatMap((unit): readonly RuleChange[] => {
    const [was, is] = [before[unit] ?? Infinity, now[unit] ?? Infinity];
    if (was === is) return [];
    const said = (limit: number) =>
      limit === Infinity ? 'none' : unit === 'usd' ? `$${limit}` : `${limit.toLocaleString('en')} ${unit}`;
    return [{ file, effect: is > was ? 'weakened' : 'strengthened', text: `budget ${said(was)} → ${said(is)}` }];
  });
}

/** The keys whose values are not the same on both sides. */
function differing(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]);
}

function changeSuite(before: SuiteState, now: SuiteState, renamed: ReadonlyMap<string, string>): readonly RuleChange[] {
  const file = now.path;
  const rule = (effect: RuleChange['effect'], text: string): RuleChange => ({ file, effect, text });
  const sharing = ({ gates, settings }: SuiteState) =>
    ({ gates: [...gates], correction: settings['correction'] === canonicalJson('none') ? 'none' : 'holm' }) as const;
  const shared = changeSharing({ ...sharing(before), onInconclusive: 'fail' }, sharing(now));
  const gates = [...changeGates(before.gates, now.gates), ...shared].map((edit) => {
    const effect = edit.effect === 'removed' ? 'weakened' : edit.effect === 'added' ? 'strengthened' : edit.effect;
    const text = edit.effect === 'removed' || edit.effect === 'added' ? edit.effect : `${edit.before} → ${edit.now}`;
    return rule(effect, `gate ${edit.rule}: ${text}`);
  });
  const prompts = before.prompts.filter(
    (id) => ![id, renamed.get(id)].some((each) => each && now.prompts.includes(each)),
  );
  return [
    ...gates,
    ...changeMetrics(before, now),
    ...changeCases(before, now),
    ...changeFiles(before, now),
    ...differing(before.settings, now.settings).map((key) =>
      rule('altered', `${key} ${before.settings[key] ?? 'unset'} → ${now.settings[key] ?? 'unset'}`),
    ),
    ...prompts.map((id) => rule('weakened', `prompt ${id} is not run any more`)),
    ...changeBudget(file, before.budget, now.budget),
    ...(before.trials === now.trials
      ? []
      : [rule(now.trials < before.trials ? 'weakened' : 'strengthened', `trials ${before.trials} → ${now.trials}`)]),
    ...(before.baseline?.digest === now.baseline?.digest ? [] : [rule(...baselineEffect(before, now))]),
  ];
}

function baselineEffect(before: SuiteState, now: SuiteState): [RuleChange['effect'], string] {
  if (now.baseline === null) return ['weakened', 'the baseline is gone'];
  return before.baseline === null ? ['strengthened', 'the baseline is new'] : ['altered', 'the baseline is another'];
}

function changeCases(before: SuiteState, now: SuiteState): readonly RuleChange[] {
  const kept = [...before.cases].filter(([id]) => now.cases.has(id));
  const gone = before.cases.size - kept.length;
  const other = kept.filter(([id, was]) => now.cases.get(id) !== was).length;
  const come = now.cases.size - kept.length;
  const rule = (effect: RuleChange['effect'], many: number, text: string): readonly RuleChange[] =>
    many === 0 ? [] : [{ file: now.path, effect, text: `${count(many, 'case')} ${text}` }];
  return [
    ...rule('weakened', gone, gone === 1 ? 'is gone' : 'are gone'),
    ...rule('altered', other, other === 1 ? 'is another' : 'are others'),
    ...rule('strengthened', come, come === 1 ? 'is new' : 'are new'),
  ];
}

/** What cases may show, by a template of their prompt. A further file is shown by no case that was there. */
function changeFiles({ files: before }: SuiteState, { path: file, files: now }: SuiteState): readonly RuleChange[] {
  const [first, ...others] = Object.keys(before).filter((path) => before[path] !== now[path]);
  if (first === undefined) return [];
  const and = others.length === 0 ? 'is' : `and ${count(others.length, 'other')} are`;
  return [{ file, effect: 'altered', text: `${first}, which its cases may show, ${and} another or gone` }];
}

function changeMetrics(before: SuiteState, now: SuiteState): readonly RuleChange[] {
  const file = now.path;
  const gone = [...before.metrics.keys()]
    .filter((id) => !now.metrics.has(id))
    .map((id): RuleChange => ({ file, effect: 'weakened', text: `metric ${id} is gone` }));
  const come = [...now.metrics.keys()]
    .filter((id) => !before.metrics.has(id))
    .map((id): RuleChange => ({ file, effect: 'strengthened', text: `metric ${id} is new` }));
  const kept = [...before.metrics].flatMap(([id, was]): readonly RuleChange[] => {
    const is = now.metrics.get(id);
    const change = is === undefined ? null : changeMetric(id, was, is);
    return change === null ? [] : [{ file, ...change }];
  });
  return [...gone, ...kept, ...come];
}
