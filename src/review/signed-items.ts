import { reasonOfRule } from '../core/prompts/rule-changes.js';
import { digest } from '../core/text/canonical.js';
import type { Diff } from '../model/diff.js';
import type { Risk } from '../model/prompt.js';
import type { PromptState } from '../model/prompt-change.js';
import type { SignedItem } from '../model/sign-off.js';
import type { RulesState, SuiteState } from '../model/suite-state.js';
import { baselinePath } from '../project/suites/baselines.js';
import type { ProjectState } from './project-state.js';

/** A change that may have to be signed off, with the files whose authors had a hand in it. */
export interface ChangedItem extends SignedItem {
  readonly paths: readonly string[];
}

/** What of two states has to be signed off: each changed prompt, and the rules of each file that were not only made stricter. */
export function signedItems(diff: Diff, from: ProjectState, to: ProjectState): readonly ChangedItem[] {
  const needed = neededOf(from.rules, to.rules);
  const prompts = diff.prompts.map(({ id, risk, before, now }): ChangedItem => {
    const was = before === null ? null : (from.prompts.get(before.id) ?? null);
    // Who owned it before decides: a change cannot choose its judges
    const owners = was?.about.owners ?? to.prompts.get(id)?.about.owners ?? [];
    const is = now === null ? null : (to.prompts.get(id) ?? null);
    const files = [...new Set([...filesOf(was), ...filesOf(is)])];
    return {
      id,
      risk,
      digest: promptSeen(was, to.prompts.get(id) ?? null),
      needed: needed(risk),
      owners,
      paths: files,
    };
  });
  // What was there before cannot be read, so nothing is known of the change but that there is one
  const unread = [...from.broken]
    .filter((id) => to.prompts.has(id))
    .map((id): ChangedItem => {
      const state = to.prompts.get(id) ?? null;
      return {
        ...{ id, risk: 'high', digest: promptSeen(null, state), needed: needed('high') },
        ...{ owners: state?.about.owners ?? [], paths: filesOf(state) },
      };
    });
  const files = [...new Set(diff.rules.filter((rule) => reasonOfRule(rule).risk === 'high').map(({ file }) => file))];
  const code = [...from.rules.code, ...to.rules.code];
  const rules = files.map((file): ChangedItem => {
    const suites = [...from.rules.suites, ...to.rules.suites];
    const own = suites.filter(({ path }) => path === file);
    const judging = own[0] ?? suites.find(({ cassette }) => cassette === file);
    const owners = judging?.prompts.flatMap((id) => from.prompts.get(id)?.about.owners ?? []) ?? [];
    return {
      ...{ id: file, risk: 'high', digest: rulesSeen(file, to.rules), needed: needed('high') },
      owners: [...new Set(owners)],
      paths: [...new Set([file, ...own.flatMap(besideSuite), ...(file === to.rules.configPath ? code : [])])],
    };
  });
  return [...prompts, ...unread, ...rules];
}

/** The files beside a suite that are a part of its rules. */
function besideSuite({ path, dataset, code }: SuiteState): readonly string[] {
  return [baselinePath(path), ...(dataset === null ? [] : [dataset]), ...code];
}

/** The digest of each item as it is in another state, such as the one that a reviewer saw. */
export function seenIn(
  state: ProjectState,
  items: readonly ChangedItem[],
  from: ProjectState,
  diff: Diff,
): ReadonlyMap<string, string> {
  return new Map(
    items.map(({ id }) => {
      const prompt = diff.prompts.find((each) => each.id === id);
      if (prompt === undefined && !from.broken.has(id)) return [id, rulesSeen(id, state.rules)];
      const was = prompt?.before ? (from.prompts.get(prompt.before.id) ?? null) : null;
      return [id, promptSeen(was, state.prompts.get(id) ?? null)];
    }),
  );
}

/** The more that either side asks for: a change cannot make its own review easier. */
function neededOf(before: RulesState, now: RulesState): (risk: Risk) => number {
  return (risk) => Math.max(before.signoff[risk] ?? 0, now.signoff[risk] ?? 0);
}

/**
 * What is signed of a prompt: its digest; and where what stands beside it (gates, owners, description) has changed too, one
 * digest over all of it.
 */
function promptSeen(before: PromptState | null, now: PromptState | null): string {
  if (now === null) return digest(['gone', before?.prompt.digest]);
  const beside = ({ about, thresholds, prompt }: PromptState) =>
    digest([about, thresholds, prompt.id, prompt.trusted ?? []]);
  if (before !== null && beside(before) === beside(now)) return now.prompt.digest;
  if (before === null && now.thresholds === null) return now.prompt.digest;
  return digest([now.prompt.digest, beside(now)]);
}

function rulesSeen(file: string, rules: RulesState): string {
  const { suites, configPath, config, budget, recordings, calibrations, signoff } = rules;
  const suite = suites.find(({ path }) => path === file);
  if (!suite && file === configPath) return digest({ config, budget, signoff });
  if (!suite) return digest([file, calibrations[file] ?? recordings[file] ?? 'gone']);
  const { metrics, cases, ...rest } = suite;
  return digest({ ...rest, metrics: [...metrics], cases: [...cases] });
}

/** All files that a prompt and its gates are read from: whoever has edited one has a hand in it. */
function filesOf(state: PromptState | null): readonly string[] {
  if (state === null) return [];
  return [...state.files, ...(state.thresholdsPath === null ? [] : [state.thresholdsPath])];
}
