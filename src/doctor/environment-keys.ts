import { readSecrets } from '../calls/read-secrets.js';
import { entriesByKey, type ProviderEntry } from '../providers/contract/entry.js';
import { type CheckFinding, type Examined, ok, warn } from './check.js';
import { doubtPlaces, placeOfKey } from './key-files.js';

/** Keys that environments have of their own: missing, open to others, too old, or no more their own than those of another. */
export async function lookAtEnvironments(examined: Examined): Promise<readonly CheckFinding[]> {
  const found: CheckFinding[] = [];
  const { keysOf } = examined.project.config;
  for (const [environment, own] of keysOf)
    for (const entry of own.values()) found.push(...(await lookAt(examined, entry, `${entry.name} in ${environment}`)));
  const names = new Set([...keysOf.values()].flatMap((own) => [...own.keys()]));
  for (const name of names) found.push(...findShared(examined, name));
  return found;
}

/** The keys of one entry. */
export async function lookAt(examined: Examined, entry: ProviderEntry, who: string): Promise<readonly CheckFinding[]> {
  const { project, env } = examined;
  const found: CheckFinding[] = [];
  const references = new Set<string>();
  for (const [index, each] of entriesByKey(entry).entries()) {
    const { values, missing } = readSecrets([each], project.root, env);
    const lack = missing.get(entry.name);
    const why = index === 0 ? '' : ': there is nothing to turn to when the key before it is refused';
    if (lack) found.push(warn(`${who}: ${lack.lack}${why}`, `${lack.remedy}.`));
    for (const reference of values.keys()) references.add(reference);
  }
  if (found.length === 0 && references.size > 0) found.push(ok(`${who}: ${describeThere([...references])}`));
  return [...found, ...(await doubtPlaces(examined, entry, { who, references: [...references] }))];
}

export function describeThere(references: readonly string[]): string {
  return `${references.map(placeOfKey).join(', ')} ${references.length === 1 ? 'is' : 'are'} there`;
}

/** What is used up or leaks in one environment is used up and leaks in those that have the same key. */
function findShared({ project: { root, config, providers }, env }: Examined, name: string): readonly CheckFinding[] {
  const base = providers.get(name);
  const usersOf = new Map<string, { readonly places: Set<string>; readonly users: string[] }>();
  const add = (user: string, entry: ProviderEntry | undefined) => {
    for (const [reference, value] of entry ? readSecrets([entry], root, env).values : []) {
      const { places, users } = usersOf.get(value) ?? { places: new Set(), users: [] };
      usersOf.set(value, { places: places.add(placeOfKey(reference)), users: [...new Set([...users, user])] });
    }
  };
  const owners = [...config.keysOf].flatMap(([environment, own]) => (own.has(name) ? [environment] : []));
  for (const [environment, own] of config.keysOf) add(environment, own.get(name) ?? base);
  const ofBase = new Set(base ? readSecrets([base], root, env).values.values() : []);
  return [...usersOf].flatMap(([value, { places, users }]) => {
    const shared = ofBase.has(value) && users.some((user) => owners.includes(user)) ? [...users, 'llmci eval'] : users;
    if (shared.length < 2) return [];
    const others = shared.slice(0, -1).join(', ');
    return [
      warn(
        `${name}: ${others} and ${shared.at(-1)} share a key (${[...places].join(', ')})`,
        `Give each a key of its own, in environments.${shared.at(0)}.providers.${name}.`,
      ),
    ];
  });
}
