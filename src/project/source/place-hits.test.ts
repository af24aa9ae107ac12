import { expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { YamlSources } from './place-hits.js';

it('reads a file once, however many hits are placed in it side by side', async () => {
  const project = await makeProject({ 'a.prompt.yaml': 'model: echo/x\n', 'a.csv': 'a\n' });
  const sources = new YamlSources(project.dir);
  const [one, other] = await Promise.all([sources.get('a.prompt.yaml'), sources.get('a.prompt.yaml')]);
  expect(one).not.toBeNull();
  expect(other).toBe(one);
  expect(await sources.get('a.csv')).toBeNull();
});
