import { expect, it } from 'vitest';
import { Closers } from './closers.js';

it('closes what was opened last first, once, and all of it although one fails', async () => {
  const closed: string[] = [];
  const closers = new Closers();
  closers.add(() => void closed.push('store'));
  closers.add(async () => {
    closed.push('copies');
    throw new Error('copies do not end');
  });
  closers.add(async () => void closed.push('board'));

  await expect(closers.closeAll()).rejects.toThrow('copies do not end');
  expect(closed).toEqual(['board', 'copies', 'store']);

  await closers.closeAll();
  expect(closed).toHaveLength(3);
});
