import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describeGate } from '../core/gates/describe-gate.js';
import { printableLine } from '../core/text/printable.js';
import { writeJson } from '../core/text/write-json.js';
import type { RunSummary } from '../model/run-record.js';
import type { PageFacts, PageMetric } from '../report-page/data.js';
import { checkPage } from './html/html-check.js';
import { packTemplate, writeSamples } from './html/html-data.js';
import { writeEarlier } from './html/html-earlier.js';
import { renderGates } from './html/html-gates.js';
import { renderHead, renderNotes, renderProtection } from './html/html-head.js';
import { Html, html } from './layout/html-text.js';
import { PALETTE } from './layout/palette.js';
import type { Reporter } from './reporter.js';
import { verdictWord } from './words/verdict.js';

/** The script and the style of the page, made by `npm run build`; two folders up from the source and from what is built. */
const BUILT = new URL('../../dist/report-page/', import.meta.url);

/**
 * The run as one page to look into: it asks for nothing, opens from a disk, and unpacks a case when it is opened. The
 * head and the gates are plain HTML, what follows is made by its script from data that is written as it is read.
 */
export const htmlReporter: Reporter = {
  name: 'html',
  async report(run, sink) {
    const script = await readBuilt('page.js');
    const style = PALETTE + (await readBuilt('page.css'));
    const { summary } = run;
    await sink.write(openPage(summary, script, style).text);
    await sink.write(await packTemplate('facts', writeJson(factsOf(summary))));
    await writeEarlier(run, sink.write);
    await writeSamples(run, sink.write);
    await sink.write('</body>\n</html>\n');
  },
  check: (path) => checkPage(path),
};

/** Throws in a clone that was compiled and not built. */
async function readBuilt(name: string): Promise<string> {
  return readFile(new URL(name, BUILT), 'utf8').catch((cause: unknown) => {
    throw new Error('the page of the HTML report is not built; `npm run build` does that', { cause });
  });
}

function openPage(summary: RunSummary, script: string, style: string): Html {
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  const title = `${verdictWord(summary)} ${summary.suites.map(({ id }) => id).join(', ')}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${printableLine(`${title} - llmci`, 120)}</title>
<style>${new Html(style)}</style>
</head>
<body>
${renderHead(summary)}<main>
${renderProtection(summary)}<div id="summary">${renderGates(summary.gates)}${renderNotes(summary)}</div>
<div id="app"><p class="quiet">Reading the cases…</p></div>
<noscript><p>The cases are shown by a script, which this browser does not run.</p></noscript>
</main>
<script>${new Html(script)}</script>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function factsOf({ runId, suites, gates, samples, exitCode, changes = [] }: RunSummary): PageFacts {
  const metrics = new Map<string, PageMetric>();
  for (const [id, { unit, better }] of suites.flatMap((suite) => Object.entries(suite.metrics))) {
    const bounds = gates
      .filter(({ metric, stat, expected }) => metric === id && BOUNDS_OF_ONE.has(stat) && expected.of === 'value')
      .map((gate) => ({ ...gate.expected, label: printableLine(describeGate(gate), 80) }))
      .map(({ bound, value, label }) => ({ bound, value, label }));
    if (!metrics.has(id)) metrics.set(id, { id, unit, better, bounds });
  }
  return {
    runId,
    planned: samples.planned,
    worstFirst: exitCode !== 0,
    suites: suites.map(({ id, prompts }) => ({ id, prompts: prompts.length })),
    metrics: [...metrics.values()],
    changes: changes.map(({ suite, prompt, model, broken, failing, fixed }) => ({
      ...{ suite, prompt, model },
      ...{ broken, failing, fixed },
    })),
  };
}

/** Statistics that are values of single samples too, so that their bounds can be drawn where these are. */
const BOUNDS_OF_ONE = new Set<string>(['mean', 'median', 'min', 'max', 'p50', 'p90', 'p95', 'p99']);
