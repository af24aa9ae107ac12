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
import { type BuiltPage, readBuiltPage } from './layout/built-page.js';
import { Html, html } from './layout/html-text.js';
import type { Reporter } from './reporter.js';
import { verdictWord } from './words/verdict.js';

/**
 * The run as one page to look into: it asks for nothing, opens from a disk, and unpacks a case when it is opened. The
 * head and the gates are plain HTML, what follows is made by its script from data that is written as it is read.
 */
export const htmlReporter: Reporter = {
  name: 'html',
  async report(run, sink) {
    const { summary } = run;
    await sink.write(openPage(summary, await readBuiltPage('report-page')).text);
    await sink.write(await packTemplate('facts', writeJson(factsOf(summary))));
    await writeEarlier(run, sink.write);
    await writeSamples(run, sink.write);
    await sink.write('</body>\n</html>\n');
  },
  check: (path) => checkPage(path),
};

function openPage(summary: RunSummary, { script, style, sources }: BuiltPage): Html {
  const policy = `default-src 'none'; script-src ${sources.script}; style-src ${sources.style}; base-uri 'none'; form-action 'none'`;
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
