import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasReferenceData } from '../../../test/helpers/reference-data.js';
import { toxicity } from '../toxicity.js';

const root = new URL('../../../', import.meta.url);
const script = 'tools/train-toxicity/measure.mjs';

const measured = z.object({
  auc: z.record(z.string(), z.number()),
  benign: z.object({ sentences: z.number(), falseAlarms: z.array(z.object({ text: z.string() })) }),
  answers: z.object({ falseAlarms: z.number() }),
});
const published = z
  .object({ all: measured, sample: measured })
  .parse(JSON.parse(readFileSync(new URL('tools/train-toxicity/figures.json', root), 'utf8')));

describe.skipIf(!hasReferenceData)('what is published of the toxicity model (needs ../shared/data and dist)', () => {
  let now: z.infer<typeof measured>;
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)('node', [script, '--sample', '50'], { cwd: root });
    now = measured.parse(JSON.parse(stdout));
  }, 300_000);

  it('is what the script measures again on its sample of every source held out', () => {
    for (const [source, auc] of Object.entries(published.sample.auc)) {
      expect([source, now.auc[source]]).toEqual([source, expect.closeTo(auc, 2)]);
    }
  });

  it('is what it measures of the harmless sentences', () => {
    expect(now.benign).toEqual({
      sentences: 300,
      falseAlarms: published.all.benign.falseAlarms.map(({ text }) => expect.objectContaining({ text })),
    });
  });
});

it('is what the docs say', () => {
  const rounded = Object.values(published.all.auc).map((auc) => auc.toFixed(3).slice(1));
  const readme = readFileSync(new URL('tools/train-toxicity/README.md', root), 'utf8');
  for (const page of [toxicity.notes, readme]) {
    for (const auc of rounded) expect(page).toContain(auc);
  }
});

it('reaches the marks that were set for it', () => {
  expect(published.all.auc['average']).toBeGreaterThanOrEqual(0.88);
  expect(published.all.benign.falseAlarms.length).toBeLessThanOrEqual(3);
});
