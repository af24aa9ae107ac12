import { expect, test } from 'vitest';
import { isReporterName, reporters } from './index.js';

test('every reporter loads under its name', async () => {
  for (const [name, entry] of Object.entries(reporters)) expect((await entry.load()).name).toBe(name);
});

test('isReporterName', () => {
  expect(['console', 'junit', 'toString', 'xml'].filter(isReporterName)).toEqual(['console', 'junit']);
});
