import { expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

/** Ten answers, so many of which the metric finds nothing to judge in; it is a program of the project. */
async function run(leftOut: number, gate: object = {}) {
  const program = `
    const { output } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    const applies = Number(output.text) > ${leftOut};
    console.log(JSON.stringify(applies ? { value: 1 } : { value: null, notApplicable: true, reason: 'a greeting' }));`;
  const project = await makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ n }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ id: 'claims', metric: 'exec', min: 1, command: ['node', '-e', program] }],
      cases: Array.from({ length: 10 }, (_, index) => ({ vars: { n: String(index + 1) } })),
      gates: [{ metric: 'pass', min: 0.9, ...gate }],
    },
  });
  const { code, stdout } = await runCli(['eval', '--reporter', 'console', '--reporter', 'json=run.json'], {
    cwd: project.dir,
  });
  return { project, code, stdout, record: runRecordSchema.parse(await project.readJson('run.json')) };
}

it('what does not apply is left out, and every report says how much', async () => {
  const { project, code, stdout, record } = await run(3);
  expect(code).toBe(0);
  expect(stdout).toContain('7 of 10, 3 not applicable');
  expect(stdout).toMatch(/Not applicable.*\n.*3 × *claims +a greeting/);
  expect(record.gates[0]).toMatchObject({ verdict: 'pass', n: 7, missing: 0, notApplicable: 3 });
  expect(record.results[0]).toMatchObject({
    passed: null,
    scores: [{ value: null, notApplicable: true, marked: true, reason: 'a greeting' }],
  });
  const { stdout: shown } = await runCli(['show', record.results[0]?.case ?? ''], { cwd: project.dir });
  expect(shown).toMatch(/· nothing in it to judge\n.*· claims {2}not applicable: a greeting/s);
});

it.each([
  [6, {}, 3],
  [6, { applies: '40%' }, 0],
  [10, { applies: 0 }, 3],
])('%i of 10 left out, with %o: exit code %i', async (leftOut, gate, expected) => {
  expect((await run(leftOut, gate)).code).toBe(expected);
});
