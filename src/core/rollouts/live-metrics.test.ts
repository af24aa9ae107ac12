import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readingOf, type StreamReading, streamOf } from './live-metrics.js';

it('the name of a stream says what it counts, whatever prompts and metrics are called', () => {
  const someReading = fc.oneof(
    fc.constantFrom<StreamReading>({ kind: 'value' }, { kind: 'log' }, { kind: 'passed' }),
    fc.record({ kind: fc.constantFrom('above' as const, 'below' as const), bound: fc.double({ noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.string(), fc.string(), someReading, (prompt, metric, reading) => {
      const found = readingOf({ prompt, metric, stream: streamOf(prompt, metric, reading) });
      expect(found).toEqual('bound' in reading && Object.is(reading.bound, -0) ? { ...reading, bound: 0 } : reading);
    }),
  );
});
