import { expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { gateResultSchema } from '../../model/run-record.js';
import { evaluate } from '../../runs/evaluate.js';

it('gates and their results say where they are written', async () => {
  const project = await makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': 'confidence: 0.9\ngates:\n  - { metric: pass, min: 1 }\n',
    'evals/reply.eval.yaml':
      'prompt: reply\ncases:\n  - vars: { ticket: hello }\nmetrics:\n  - { metric: length, max: 9 }\n' +
      'gates:\n  - { metric: pass, min: 0.5 }\n  - metric: length\n    max: 9\n',
  });
  const { gates } = await evaluate({ cwd: project.dir });
  expect(gates.map(({ place }) => place)).toEqual([
    { file: 'prompts/reply.thresholds.yaml', line: 3 },
    { file: 'evals/reply.eval.yaml', line: 7 },
    { file: 'evals/reply.eval.yaml', line: 8 },
  ]);
  const { place: _, ...earlier } = gates[0] ?? {};
  expect(gateResultSchema.safeParse(earlier).success).toBe(true);
});
