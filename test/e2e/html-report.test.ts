import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EarlierAnswer, IndexPart } from '../../src/report-page/data.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const prompt = (content: string) => ({ model: 'echo/local', messages: [{ role: 'user', content }] });
const files = {
  'prompts/reply.prompt.yaml': prompt('{{ ticket }}, of course'),
  'evals/reply.eval.yaml': {
    prompt: 'reply',
    cases: [
      { id: 'refund', vars: { ticket: 'refund' } },
      { id: 'parcel', vars: { ticket: 'of course a parcel' } },
    ],
    metrics: [{ metric: 'contains', value: 'of course' }],
    gates: [{ metric: 'pass', maxDrop: 0.2 }],
  },
};

/** What a template of the page holds. */
function unpack(html: string, id: string): unknown {
  const [, packed = ''] = new RegExp(`<template id="${id}">([^<]*)</template>`).exec(html) ?? [];
  return JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString());
}

describe('--reporter html', () => {
  it('has what the baseline answered where a case broke, while its run is kept', async () => {
    const project = await makeProject(files);
    const cwd = project.dir;
    expect((await runCli(['eval'], { cwd })).code).not.toBe(2);
    expect((await runCli(['bless', 'latest'], { cwd })).code).toBe(0);
    await project.write('prompts/reply.prompt.yaml', prompt('{{ ticket }}'));
    const { code, stderr } = await runCli(['eval', '--reporter', 'html=report.html'], { cwd });
    expect([code, stderr]).toEqual([expect.any(Number), expect.not.stringContaining('error:')]);
    const html = await project.read('report.html');
    expect(html).toContain('1 newly broken');
    expect((unpack(html, 'part-0') as IndexPart).cases).toEqual(['refund', 'parcel']);
    const [earlier, ...others] = unpack(html, 'earlier') as EarlierAnswer[];
    expect([earlier?.case, others]).toEqual(['refund', []]);
    expect(unpack(html, 'before-0')).toMatchObject([{ text: 'refund, of course' }]);
  });

  it('without a baseline has none', async () => {
    const project = await makeProject(files);
    const cwd = project.dir;
    expect((await runCli(['eval', '--reporter', 'html'], { cwd })).code).not.toBe(2);
    expect(unpack(await project.read('llmci-report.html'), 'earlier')).toEqual([]);
  });
});
