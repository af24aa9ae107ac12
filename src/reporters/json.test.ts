import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileRun, isWorkflowCommand } from '../../test/helpers/hostile.js';
import { createGreenRun, createRedRun, createSink, readRecord } from '../../test/helpers/run-fixture.js';
import { writeJson } from '../core/text/write-json.js';
import { runRecordSchema } from '../model/run-record.js';
import { jsonReporter } from './json.js';

test('is the run record', async () => {
  for (const run of [createRedRun(), createGreenRun(), createGreenRun({ results: [] })]) {
    const sink = createSink();
    await jsonReporter.report(readRecord(run), sink);
    expect(runRecordSchema.parse(JSON.parse(sink.text()))).toEqual(run);
  }
});

test('is written in parts, one result each, and waits for the sink', async () => {
  const run = createRedRun();
  let pending = 0;
  let parts = 0;
  const write = async (): Promise<void> => {
    expect(++pending).toBe(1);
    parts++;
    await Promise.resolve();
    pending--;
  };
  await jsonReporter.report(readRecord(run), { write, color: false, columns: 80 });
  expect(parts).toBe(run.results.length + 2);
});

test('hostile text is read back as it was, and does nothing when it is printed', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRun, async (run) => {
      const sink = createSink();
      await jsonReporter.report(readRecord(run), sink);
      expect(JSON.parse(sink.text())).toEqual(JSON.parse(writeJson(run)));
      expect(sink.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028]/);
      expect(sink.text().split('\n').filter(isWorkflowCommand)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
