import { count } from '../../core/text/format.js';
import { type Located, type Member, memberOf, textOfLocated } from '../located.js';
import { type Reading, readNamedData } from '../reading.js';
import { readTests } from './tests.js';

/** The tests that scenarios stand for: each of a scenario's tests with each of its configurations. */
export async function readScenarios(reading: Reading, written: Located | undefined): Promise<readonly Located[]> {
  const tests: Located[] = [];
  for (const item of written?.items ?? []) {
    const named = textOfLocated(item);
    const data = named === undefined ? item : await readNamedData(reading, `scenario ${named}`, named, item.place);
    if (!data) continue;
    if (data.items.length > 0) tests.push(...(await readScenarios(reading, data)));
    const own = await readTests(reading, memberOf(data, 'tests'));
    const configs = await readTests(reading, memberOf(data, 'config'));
    for (const config of configs)
      tests.push(...(own.length > 0 ? own : [config]).map((test) => (test === config ? config : merge(config, test))));
    if (configs.length > 0 && own.length > 0)
      reading.findings.change(
        'scenario',
        data.place,
        `${count(configs.length, 'configuration')} of ${count(own.length, 'test')} became cases`,
      );
  }
  return tests;
}

/** A test with what its scenario adds: variables below its own, and further assertions. */
function merge(config: Located, test: Located): Located {
  const members = new Map<string, Member>([...config.members, ...test.members]);
  const join = (key: string, value: Located | undefined) => {
    if (value) members.set(key, { place: value.place, value });
  };
  const [low, high] = [memberOf(config, 'vars'), memberOf(test, 'vars')];
  if (low && high && high.members.size > 0)
    join('vars', { ...high, members: new Map([...low.members, ...high.members]) });
  const [first, second] = [memberOf(config, 'assert'), memberOf(test, 'assert')];
  if (first && second) join('assert', { ...second, items: [...first.items, ...second.items] });
  return { ...test, members };
}
