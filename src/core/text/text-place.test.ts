import { expect, it } from 'vitest';
import { placeInText } from './text-place.js';

it('tells line and column', () => {
  expect(placeInText('ab\ncdef', 5)).toEqual({ line: 2, column: 3 });
  expect(placeInText('', 0)).toEqual({ line: 1, column: 1 });
});
