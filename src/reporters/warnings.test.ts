import { describe, expect, it } from 'vitest';
import { createGate, createGreenRun, createSink, readRecord } from '../../test/helpers/run-fixture.js';
import type { GateResult } from '../model/run-record.js';
import { consoleReporter } from './console.js';
import { junitReporter } from './junit.js';
import { markdownReporter } from './markdown.js';

// What does not stop a change is told where `onInconclusive` is warn, and goes by where it is pass

const inconclusive = { verdict: 'inconclusive', actual: 0.8, message: '4 of 5 samples passed' } as const;

async function reportsOf(gate: Partial<GateResult>) {
  const run = readRecord(createGreenRun({ gates: [createGate({}), createGate({ ...inconclusive, ...gate })] }));
  const render = async (reporter: typeof consoleReporter) => {
    const sink = createSink();
    await reporter.report(run, sink);
    return sink.text();
  };
  return {
    console: await render(consoleReporter),
    markdown: await render(markdownReporter),
    junit: await render(junitReporter),
  };
}

describe('an inconclusive gate that does not block', () => {
  it('is a warning', async () => {
    const { console, markdown, junit } = await reportsOf({ warns: true });
    expect(console).toContain('warning: 4 of 5 samples passed');
    expect(console).toContain('1 of 2 gates passes on 1 sample, 1 warning (pass rate ≥ 0.9 is 0.8 for support-reply');
    expect(markdown).toContain('| ⚠️ inconclusive |');
    expect(markdown).toContain('\n- ⚠️ `pass rate ≥ 0.9`: 4 of 5 samples passed\n');
    expect(markdown).toContain('1 warning');
    expect(junit).toContain('<skipped type="inconclusive" message="inconclusive: 4 of 5 samples passed">');
  });

  it('goes by in silence', async () => {
    const { console, markdown, junit } = await reportsOf({ warns: false });
    expect(console).toContain('? inconclusive');
    expect(console).not.toContain('4 of 5');
    expect(console).not.toContain('warning');
    expect(console).toContain('1 of 2 gates passes on 1 sample, 1 inconclusive, let pass');
    expect(markdown).toContain('| ➖ inconclusive |');
    expect(markdown).not.toContain('4 of 5');
    expect(junit).not.toContain('<skipped');
    expect(junit).not.toContain('4 of 5');
  });
});
