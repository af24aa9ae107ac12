import { expect, it } from 'vitest';
import { fromBitbucket, toBitbucket } from './bitbucket-markdown.js';

const BODY = [
  '<!-- llmci:0123456789abcdef -->',
  '### ❌ llmci: fail',
  '<details><summary><code>a &amp; b &lt;i&gt;</code> · newly broken</summary>',
  '````text',
  'output <details> <!-- llmci:no -->',
  '```',
  '<sub>kept</sub>',
  '````',
  '</details>',
  '<sub>compared with run x</sub>',
  '<!-- llmci-state:eyJhIjoxfQ== -->',
  '',
].join('\n\n');

it('leaves no HTML outside of code, and hides what was hidden', () => {
  const shown = toBitbucket(BODY);
  expect(shown).toBe(
    [
      '[llmci]: #0123456789abcdef',
      '### ❌ llmci: fail',
      '**`a & b <i>` · newly broken**',
      '````text',
      'output <details> <!-- llmci:no -->',
      '```',
      '<sub>kept</sub>',
      '````',
      '',
      'compared with run x',
      '[llmci-state]: #eyJhIjoxfQ==',
      '',
    ].join('\n\n'),
  );
  expect(toBitbucket(shown)).toBe(shown);
});

it('gives the marks back', () => {
  const marks = (body: string) => body.match(/^<!-- llmci.*-->$/gm);
  expect(marks(fromBitbucket(toBitbucket(BODY)))).toEqual(marks(BODY));
  expect(toBitbucket(fromBitbucket(toBitbucket(BODY)))).toBe(toBitbucket(BODY));
});
