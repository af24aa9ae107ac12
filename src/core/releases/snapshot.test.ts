import { expect, it } from 'vitest';
import type { Snapshot } from '../../model/snapshot.js';
import { readJson } from '../text/read-json.js';
import { sealedText, unsealSnapshot } from './snapshot.js';

const asked = readJson(
  '{"model":"echo/x","n":[3.10,-0,1e21,12345678901234567890,0.1],"text":"\\ud800 é","2":1}',
) as object;
const served = { number: 1, digest: 'a'.repeat(64), asked } as unknown as Snapshot['prompts'][number]['live'];
const snapshot: Snapshot = {
  ...{ snapshot: 1, environment: 'dev', line: 2, hash: 'c'.repeat(64), at: '2030-01-01T00:00:00.000Z' },
  prompts: [
    { prompt: 'p', live: served, rollout: { name: 'dev-2', candidate: served, weight: 1 / 3, include: ['qa'] } },
  ],
};

it.each([undefined, 2])('what is sealed is read again, whatever its numbers and letters (indent %s)', (indent) => {
  const text = sealedText(snapshot, indent);
  expect(unsealSnapshot(readJson(text))).toMatchObject({ environment: 'dev', prompts: [{ prompt: 'p' }] });
  expect(unsealSnapshot(readJson(text.replace('echo/x', 'echo/y')))).toBe('it was edited');
  expect(unsealSnapshot(readJson(text.replace(/,\s*"seal".*(?=\})/s, '')))).toBe('it holds something else');
});
