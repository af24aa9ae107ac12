import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { XMLValidator } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { drawRolloutPictures } from '../tools/rollout-pictures.js';
import { drawPictures } from '../tools/verdict-pictures.js';

const folder = new URL('../docs/images/', import.meta.url);
const pictures = Object.entries({ ...drawPictures(), ...drawRolloutPictures() });

it.each(pictures)('docs/images/%s is fresh (npm run docs)', async (name, svg) => {
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg).not.toMatch(/NaN|undefined|null/);
  await expect(svg).toMatchFileSnapshot(fileURLToPath(new URL(name, folder)));
});

it('there are no others', () => {
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.svg'))
      .sort(),
  ).toEqual(pictures.map(([name]) => name).sort());
});
