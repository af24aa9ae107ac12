import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import { textWithoutBytes, withoutBytes } from './without-bytes.js';

const bytes = Buffer.from('\x89PNG not a picture at all');
const base64 = bytes.toString('base64');
const held = /^data:image\/png;bytes=\d+;sha256=[0-9a-f]{64}$/;

it.each<[string, Json]>([
  ['a data: URL', `data:image/png;base64,${base64}`],
  ['one with settings and line ends', `data:image/png;name=cat.png;base64,${base64.slice(0, 8)}\n${base64.slice(8)}`],
  ['one without a type', `data:;base64,${base64}`],
  [
    'one that is not in base64',
    `data:image/png,${encodeURIComponent('\x89PNG not a picture at all').replace('%C2', '')}`,
  ],
])('%s becomes what it holds', (_, value) => {
  const text = withoutBytes(value) as string;
  expect(text).not.toContain(base64.slice(0, 8));
  expect(text).toMatch(/^data:(?:image\/png|);bytes=\d+;sha256=[0-9a-f]{64}$/);
});

it('finds bytes in a text, in JSON text, and in the parts that services have', () => {
  const url = `data:image/png;base64,${base64}`;
  expect(textWithoutBytes(`See ![a cat](${url}) here`)).toMatch(
    /^See !\[a cat\]\(data:image\/png;bytes=\d+;sha256=\w+\) here$/,
  );
  const chat: Json = [
    { type: 'image_url', image_url: { url } },
    { type: 'input_audio', input_audio: { data: base64, format: 'wav' } },
    { type: 'file', file: { file_data: base64, filename: 'a.pdf' } },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
  ];
  for (const kept of [withoutBytes(chat), withoutBytes(JSON.stringify(chat))]) {
    expect(JSON.stringify(kept)).not.toContain(base64.slice(0, 8));
    expect(JSON.stringify(kept)).toContain('a.pdf');
  }
  expect((withoutBytes(chat) as { source: { data: string } }[])[3]?.source.data).toMatch(held);
});

it.each<Json>([
  'data: 3, 4, 5',
  'The data:image/png form is explained below.',
  'base64,AAAA',
  { type: 'text', data: 'plain' },
  'https://example.com/a.png',
])('leaves %j as it is', (value) => {
  expect(withoutBytes(value)).toEqual(value);
});

it('changes nothing twice', () => {
  fc.assert(
    fc.property(fc.base64String(), fc.string(), (data, around) => {
      const once = textWithoutBytes(`${around}data:image/gif;base64,${data}`);
      expect(textWithoutBytes(once)).toBe(once);
    }),
  );
});
