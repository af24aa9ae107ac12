import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';
import { hasReferenceData, referencePath } from '../helpers/reference-data.js';

// The reference metrics through the command, from files to verdicts.

const echo = { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] };

async function judge(project: Project) {
  const { code, stdout, stderr } = await runCli(['eval', '--json'], { cwd: project.dir });
  if (stdout === '') throw new Error(stderr);
  return { code, ...runRecordSchema.parse(JSON.parse(stdout)) };
}

describe('texts', () => {
  const outputs = [
    'this is a test .',
    'the cat sat on the mat',
    'it is a guide to action which ensures that the military always obeys the commands of the party',
  ];
  const expected = [
    ['this is a test .', 'this is a trial .'],
    ['the cat is on the mat', 'there is a cat on the mat'],
    ['it is a guide to action that ensures that the military will forever heed party commands'],
  ];
  const files = (gates: readonly object[]) => ({
    'prompts/translate.prompt.yaml': echo,
    'evals/translate.eval.yaml': {
      prompt: 'translate',
      cases: outputs.map((text, index) => ({ vars: { text }, expected: expected[index] })),
      metrics: [
        { metric: 'rouge', variant: 'rouge1' },
        { metric: 'bleu' },
        { metric: 'chrf' },
        { metric: 'ter', max: 1.5 },
        { metric: 'f1', min: 0.5 },
        { metric: 'levenshtein' },
      ],
      gates,
    },
  });

  it('have gates over the mean of samples and over the corpus', async () => {
    const project = await makeProject(
      files([
        { metric: 'rouge', min: 0.6 },
        { metric: 'bleu', min: 0.3, decide: 'point' },
        { metric: 'bleu', stat: 'corpus', min: 0.3, decide: 'point' },
        { metric: 'chrf', stat: 'corpus', min: 0.99, decide: 'point' },
        { metric: 'ter', stat: 'corpus', max: 1.2 },
        { metric: 'f1', stat: 'rate', min: 1, decide: 'point' },
      ]),
    );
    const { code, gates, results } = await judge(project);
    expect(gates.map(({ metric, stat, verdict }) => [metric, stat, verdict])).toEqual([
      ['rouge', 'mean', 'pass'],
      ['bleu', 'mean', 'pass'],
      ['bleu', 'corpus', 'pass'],
      ['chrf', 'corpus', 'fail'],
      ['ter', 'corpus', 'pass'],
      ['f1', 'rate', 'pass'],
    ]);
    expect(code).toBe(1);

    // The mean of sentences is not the corpus
    expect(gates[1]?.actual).not.toBeCloseTo(gates[2]?.actual ?? Number.NaN, 2);

    // A gate can be judged again from the record: the statistics of its samples add up to its value
    const scores = (id: string) => results.map((result) => result.scores.find((score) => score.id === id));
    const [edits, words] = [0, 1].map((at) =>
      scores('ter').reduce((sum, score) => sum + (score?.statistics?.[at] ?? Number.NaN), 0),
    );
    const ter = gates.find(({ metric }) => metric === 'ter');
    expect(ter?.actual).toBeCloseTo((edits ?? 0) / (words ?? 0), 12);
    expect(ter?.interval?.method).toContain('bootstrap');
    expect(scores('bleu').map((score) => score?.detail?.['signature'])).toEqual(
      [2, 2, 1].map((count) => `nrefs:${count}|case:mixed|eff:yes|tok:13a|smooth:exp|version:llmci-1`),
    );
    expect(scores('rouge')[0]?.detail).toMatchObject({ precision: 1, recall: 1, fmeasure: 1 });
  });

  it('fail the gate closed when one sample has no score', async () => {
    const project = await makeProject({
      ...files([{ metric: 'bleu', stat: 'corpus', min: 0.01, decide: 'point' }]),
      'prompts/translate.prompt.yaml': { ...echo, model: 'bot/any' },
      'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'] } } },
      'bot.mjs': `
        import { text } from 'node:stream/consumers';
        const { vars } = JSON.parse(await text(process.stdin));
        if (vars.text.includes('cat')) process.exit(1);
        console.log(JSON.stringify({ text: vars.text }));
      `,
    });
    const { code, gates } = await judge(project);
    expect(gates[0]).toMatchObject({ verdict: 'error', missing: 1, n: 2, actual: null });
    expect(code).toBe(3);
  });
});

describe('tool calls', () => {
  /** A program that answers with the calls that its prompt spells out as JSON. */
  const bot = `
    import { text } from 'node:stream/consumers';
    const { vars } = JSON.parse(await text(process.stdin));
    console.log(JSON.stringify({ text: '', toolCalls: vars.calls, finishReason: 'tool-calls' }));
  `;
  const project = (rows: readonly object[], suite: object) =>
    makeProject({
      'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'], concurrency: 4 } } },
      'bot.mjs': bot,
      'prompts/agent.prompt.yaml': {
        model: 'bot/any',
        messages: [{ role: 'user', content: '{{ question }}{% comment %}{{ calls }}{% endcomment %}' }],
      },
      'fixtures/agent.jsonl': rows,
      'evals/agent.eval.yaml': { prompt: 'agent', dataset: '../fixtures/agent.jsonl', ...suite },
    });

  it('are checked against accepted values, in any order, whole or in part', async () => {
    const paris = { name: 'get_weather', arguments: { city: ['Paris', 'Paris, France'], units: ['metric', ''] } };
    const rome = { name: 'get_weather', arguments: { city: 'Rome' } };
    const call = (city: string) => ({ name: 'get_weather', arguments: { city } });
    const made = await project(
      [
        { question: 'Weather in Paris?', calls: [call('paris, france')], expected: paris },
        { question: 'Weather in Rome and Paris?', calls: [call('Rome'), call('Paris')], expected: [paris, rome] },
        { question: 'Weather in Rome?', calls: [call('Berlin')], expected: rome },
        { question: 'Thank you!', calls: [], expected: null },
      ],
      {
        metrics: [{ metric: 'tool-call' }, { metric: 'tool-call', id: 'part', partial: true, min: 0.5 }],
        gates: [
          { metric: 'tool-call', min: 0.75, decide: 'point' },
          { metric: 'part', min: 0.875, decide: 'point' },
          { metric: 'pass', min: 0.9, decide: 'point' },
        ],
      },
    );
    const { code, gates, results } = await judge(made);
    expect(results.map(({ scores }) => scores.map(({ value }) => value))).toEqual([
      [1, 1],
      [1, 1],
      [0, 0.5],
      [1, 1],
    ]);
    expect(results[2]?.scores[0]?.reason).toContain('"city" has a value that is not accepted: "Berlin"');
    expect(gates.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'fail']);
    expect(code).toBe(1);
  });

  const answers = referencePath('bfcl-v4-simple_python-answers.jsonl');

  it.skipIf(!hasReferenceData)('of the Berkeley leaderboard are read as they stand in its files', async () => {
    type Row = { id: string; ground_truth: readonly Record<string, Record<string, readonly unknown[]>>[] };
    const lines = (await readFile(answers, 'utf8')).trim().split('\n').slice(0, 12);
    const rows = lines.map((line, index) => {
      const { id, ground_truth } = JSON.parse(line) as Row;
      const [[name, values] = ['', {}]] = Object.entries(ground_truth[0] ?? {});
      const given = Object.entries(values).filter(([, choices]) => !choices.includes(''));
      // Every third answer calls another tool
      const calls = [
        {
          name: index % 3 === 2 ? 'another' : name,
          arguments: Object.fromEntries(given.map(([key, choices]) => [key, choices[0]])),
        },
      ];
      return { id, question: id, calls, expected: ground_truth };
    });
    const { gates, results } = await judge(
      await project(rows, {
        metrics: [{ metric: 'tool-call' }],
        gates: [{ metric: 'pass', min: 0.6, decide: 'point' }],
      }),
    );
    expect(results.map(({ scores }) => scores[0]?.value)).toEqual(rows.map((_, index) => Number(index % 3 !== 2)));
    expect(gates[0]).toMatchObject({ verdict: 'pass', actual: 8 / 12 });
  });
});
