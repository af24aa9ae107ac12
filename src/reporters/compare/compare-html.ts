import type { ComparedCase, ComparedColumn, ComparedMetric, Comparison } from '../../core/compare/comparison.js';
import { formatNumber, formatValue } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import { drawEdit } from '../diff/diff-html.js';
import { Html, html } from '../layout/html-text.js';
import { END_OF_PAGE, startPage } from '../layout/plain-page.js';
import type { ReportSink } from '../layout/sink.js';
import type { Field } from '../words/fields.js';
import { describeCase } from './compare-case.js';
import { describeGates, describeOutcome } from './compare-outcome.js';
import { STYLE } from './compare-style.js';
import {
  describeColumn,
  describeDifference,
  describeDifferenceInterval,
  describeError,
  describeP,
  describePairing,
  describePromptDiff,
  describePrompts,
  describeRest,
  describeScales,
  describeScores,
  describeSide,
  describeUsage,
  explainReading,
  percentOf,
} from './compare-words.js';
import { chooseScales, drawDifference, scaleGroup } from './forest.js';

const SHOWN_NOTES = 50;
const NOTHING = new Html('');

/** Writes the comparison as one page that needs nothing else, with at most `shown` cases of a kind for each column. */
export async function writeComparisonPage(comparison: Comparison, sink: ReportSink, shown: number): Promise<void> {
  const { before, now, by } = comparison;
  const title =
    by !== 'side' ? `${by === 'model' ? 'Models' : 'Prompts'} of ${now.name}` : `${before.name} and ${now.name}`;
  const sides =
    by !== 'side'
      ? html`<dt>run</dt><dd>${describeSide(now)}</dd>`
      : html`<dt>A</dt><dd>${describeSide(before)}</dd><dt>B</dt><dd>${describeSide(now)}</dd>`;
  const head = html`${startPage(`${title} - llmci compare`, STYLE)}<h1>${describeOutcome(comparison)}</h1>
<dl class="sides">${sides}</dl>
<p class="quiet">${explainReading(comparison)} Changes are of B against A, over the cases that both have, paired case by case.</p>
`;
  await sink.write(head.text);
  for (const column of comparison.columns) {
    await sink.write(drawColumn(column, comparison).text);
    await sink.write(drawCases(column, 'Regressed', column.cases.regressed, shown).text);
    await sink.write(drawCases(column, 'Improved', column.cases.improved, shown).text);
    await sink.write('</section>\n');
  }
  await sink.write(drawAlone(comparison.alone).text + END_OF_PAGE);
}

function drawColumn(column: ComparedColumn, { confidence }: Comparison): Html {
  const scales = chooseScales(column.metrics);
  const rows = column.metrics.map((metric) => {
    const scale = scales.get(scaleGroup(metric)) ?? { reach: 0 };
    return drawMetric(metric, drawDifference(metric, scale), confidence);
  });
  const table = html`<table class="metrics">
<thead><tr><th>metric</th><th class="reading">reading</th><th class="plot"><div><span>worse</span><span>0</span><span>better</span></div></th><th>A</th><th>B</th><th>change</th><th>${percentOf(confidence)} interval</th><th>p</th><th>p (Holm)</th><th>std error</th><th>cases</th><th>improved</th><th>regressed</th></tr></thead>
<tbody>${rows}</tbody>
</table>
<p class="quiet">${describeScales(column.metrics, scales)} ${describePairing(column)}</p>
`;
  return html`<section>
<h2>${describeColumn(column)} <small>${describePrompts(column)}</small></h2>
${drawGates(column)}${rows.length > 0 ? table : NOTHING}${drawPromptDiff(column)}${drawUsage(column)}${drawNotes(describeRest(column))}`;
}

function drawMetric(metric: ComparedMetric, plot: Html, confidence: number): Html {
  const { shown, reading, sameAs, stat } = metric;
  const title = sameAs === null ? '' : `the same scores as ${printableLine(sameAs, 40)}, counted once`;
  const cell = (label: string, text: string) => html`<td class="number" data-label="${label}">${text}</td>`;
  const method = metric.interval?.method ?? 'too few cases for an interval';
  return html`<tr class="${reading}">
<th scope="row" title="${title}">${printableLine(metric.metric, 80)} <small>${stat}</small></th>
<td class="reading">${reading}</td><td class="plot">${plot}</td>
${cell('A', formatValue(metric.before, shown))}${cell('B', formatValue(metric.now, shown))}${cell('change', describeDifference(metric))}
<td class="number interval" data-label="${percentOf(confidence)} interval" title="${method}">${describeDifferenceInterval(metric)}</td>
${cell('p', describeP(metric.p))}${cell('p (Holm)', describeP(metric.adjustedP))}${cell('std error', describeError(metric.standardError?.paired, metric) || 'none')}
${cell('cases', formatNumber(metric.n))}${cell('improved', formatNumber(metric.improved))}${cell('regressed', formatNumber(metric.regressed))}
</tr>
`;
}

function drawGates(column: ComparedColumn): Html {
  const rows = describeGates(column).map(
    ({ gate, before, now }) => html`<tr><th scope="row">${gate}</th><td>${before}</td><td>${now}</td></tr>\n`,
  );
  if (rows.length === 0) return NOTHING;
  return html`<table class="usage">
<thead><tr><th>gate</th><th>A</th><th>B</th></tr></thead>
<tbody>${rows}</tbody>
</table>
`;
}

function drawPromptDiff(column: ComparedColumn): Html {
  const diff = describePromptDiff(column);
  if (diff === null) return NOTHING;
  if ('why' in diff) return html`<p class="quiet">${diff.why}</p>\n`;
  return html`<h3>Prompt</h3>
<dl class="edits">${diff.edits.map(drawEdit)}</dl>
`;
}

function drawUsage(column: ComparedColumn): Html {
  const rows = describeUsage(column).map(
    ({ what, before, now, change }) =>
      html`<tr><th scope="row">${what}</th><td>${before}</td><td>${now}</td><td>${change}</td></tr>\n`,
  );
  if (rows.length === 0) return NOTHING;
  return html`<h3>Cost and latency</h3>
<table class="usage">
<thead><tr><th></th><th>A</th><th>B</th><th>change</th></tr></thead>
<tbody>${rows}</tbody>
</table>
`;
}

function drawNotes(notes: readonly string[]): Html {
  if (notes.length === 0) return NOTHING;
  const rest = notes.length > SHOWN_NOTES ? html`<li>… and ${notes.length - SHOWN_NOTES} more</li>` : NOTHING;
  return html`<h3>Not compared</h3>
<ul>${notes.slice(0, SHOWN_NOTES).map((note) => html`<li>${note}</li>\n`)}${rest}</ul>
`;
}

function drawCases(column: ComparedColumn, title: string, cases: readonly ComparedCase[], shown: number): Html {
  if (cases.length === 0) return NOTHING;
  const { decidedBy } = column.cases;
  const metric = column.metrics.find((each) => each.metric === decidedBy);
  const rest = cases.length - shown;
  const more = rest > 0 ? html`<p class="quiet">… and ${formatNumber(rest)} more: --json lists all.</p>\n` : NOTHING;
  return html`<h3>${title} cases <small>${formatNumber(cases.length)} by ${printableLine(decidedBy ?? '', 60)}, largest change first</small></h3>
${cases.slice(0, shown).map((each) => drawCase(each, title.toLowerCase(), describeScores(each, metric)))}${more}`;
}

function drawCase(each: ComparedCase, kind: string, change: string): Html {
  const { asked, before, now } = describeCase(each);
  const side = (label: string, trial: number, fields: readonly Field[]) =>
    html`<div><h4>${label} <small>trial ${trial}</small></h4>${fields.length > 0 ? fields.map(drawField) : html`<p class="quiet">not kept in a baseline</p>`}</div>\n`;
  const isEmpty = before.length + now.length === 0;
  const body = isEmpty
    ? html`<p class="quiet">Baselines keep scores, no outputs.</p>`
    : html`${asked.map(drawField)}<div class="pair">${side('A', each.trials.before, before)}${side('B', each.trials.now, now)}</div>`;
  return html`<details class="case ${kind}"><summary><b>${printableLine(each.case, 120)}</b> <span>${change}</span> <em>${printableLine(asked[0]?.text ?? '', 100)}</em></summary>
${body}
</details>
`;
}

function drawField({ label, text, role }: Field): Html {
  return html`<div class="field ${role}"><h5>${label}</h5><pre>${text === '' ? '(empty)' : text}</pre></div>\n`;
}

function drawAlone(alone: Comparison['alone']): Html {
  if (alone.length === 0) return NOTHING;
  const items = alone
    .slice(0, SHOWN_NOTES)
    .map(
      ({ side, column, why }) =>
        html`<li><b>${side === 'now' ? 'B' : 'A'}</b> ${printableLine(column, 160)}: ${printableLine(why, 300)}</li>\n`,
    );
  const rest = alone.length > SHOWN_NOTES ? html`<li>… and ${alone.length - SHOWN_NOTES} more</li>` : NOTHING;
  return html`<section>
<h2>Without a partner</h2>
<ul>${items}${rest}</ul>
</section>
`;
}
