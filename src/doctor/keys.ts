import { readSecrets } from '../calls/read-secrets.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { allEntriesOf } from '../core/scores/cases.js';
import { count } from '../core/text/format.js';
import type { Project } from '../project/load.js';
import { helpersOf, someAskJudge } from '../scoring/needs.js';
import { type Check, type CheckFinding, type Examined, fault, modelsNamed, ok, warn } from './check.js';
import { lookAt, lookAtEnvironments } from './environment-keys.js';

/** Keys of the providers that something here asks: by the names of their variables and files, never by what is in them. */
export const keys: Check = {
  id: 'keys',
  look: async (examined) => {
    const { project, env } = examined;
    const found: CheckFinding[] = [];
    for (const name of askedProviders(examined)) {
      const entry = project.providers.get(name);
      if (!entry) continue;
      const lack = readSecrets([entry], project.root, env).missing.get(name);
      if (lack) found.push(describeLack(examined, name, lack));
      else found.push(...(await lookAt(examined, entry, name)));
    }
    found.push(...(await lookAtEnvironments(examined)));
    return found.length > 0 ? found : [ok('nothing here needs one')];
  },
};

/** Those that prompts, suites, judges and metrics ask. */
export function askedProviders(examined: Examined): readonly string[] {
  const { helpers, judge } = askedByMetrics(examined.project);
  const models = modelsNamed(examined).map((text) => parseModelReference(text).provider);
  return [...new Set([...models, ...(judge ? [judge.provider] : []), ...helpers.keys()])].sort();
}

function askedByMetrics(project: Project) {
  const entries = [...project.suites.values()].flatMap(allEntriesOf);
  const judge = someAskJudge(entries, project.metrics) ? project.settings.judges.model?.model : undefined;
  return { helpers: helpersOf(entries, project), judge };
}

function describeLack(
  { project, columns }: Examined,
  name: string,
  { lack, remedy }: { lack: string; remedy: string },
): CheckFinding {
  const open = columns
    .filter(({ model }) => parseModelReference(model).provider === name)
    .reduce((sum, { live }) => sum + live, 0);
  if (open > 0)
    return fault(
      `${name}: ${lack}, and ${count(open, 'answer')} of its suites ${open === 1 ? 'is' : 'are'} not recorded`,
      `${remedy}.`,
    );
  const { helpers, judge } = askedByMetrics(project);
  const helps = helpers.get(name);
  if (helps) return fault(`${name}: ${lack}, and ${helps}`, `${remedy}.`);
  if (judge?.provider === name)
    return warn(`${name}: ${lack}, and the judge ${judge.text} is asked what is not recorded`, `${remedy}.`);
  return warn(`${name}: ${lack}; all that its suites ask is recorded`, `${remedy}, to ask anything new.`);
}
