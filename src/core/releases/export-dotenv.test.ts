import { expect, it } from 'vitest';
import { releaseAt } from '../../../test/helpers/ledger.js';
import type { Snapshot } from '../../model/snapshot.js';
import { dotenvOf } from './export-dotenv.js';

function snapshotWith(...prompts: readonly (readonly [id: string, model: string])[]): Snapshot {
  return {
    ...{ snapshot: 1, environment: 'dev', line: 1, hash: 'f'.repeat(64), at: '2026-11-29T12:00:00.000Z' },
    prompts: prompts.map(([prompt, model]) => {
      const { number, digest } = releaseAt(1);
      return { prompt, live: { number, digest, asked: { model, messages: [] } }, rollout: null };
    }),
  };
}

it('prompts of any script have names of their own', () => {
  const text = String(dotenvOf(snapshotWith(['客服/回复', 'echo/x'], ['客服/退款', 'echo/x'], ['🚀', 'echo/x'])));
  const names = text.match(/^LLMCI_U\w+_RELEASE/gm);
  expect(names).toEqual([
    'LLMCI_U5BA2U670D_U56DEU590D_RELEASE',
    'LLMCI_U5BA2U670D_U9000U6B3E_RELEASE',
    'LLMCI_U1F680_RELEASE',
  ]);
});

it.each([
  ['plain/model-1.5', 'plain/model-1.5'],
  ['my model $HOME "x" \\ 客', `'my model $HOME "x" \\ 客'`],
  ["it's $HOME\r\n", `"it's \\$HOME\\r\\n"`],
])('%j is quoted so that readers take it as it is', (model, written) => {
  expect(dotenvOf(snapshotWith(['reply', model]))).toContain(`\nLLMCI_REPLY_MODEL=${written}\n`);
});

it('two prompts of one name are told', () => {
  expect(dotenvOf(snapshotWith(['a-b', 'x'], ['a/b', 'x']))).toEqual({ clash: ['a-b', 'a/b'] });
});
