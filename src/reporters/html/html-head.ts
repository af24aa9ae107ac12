import { count } from '../../core/text/format.js';
import { printable, printableLine } from '../../core/text/printable.js';
import type { RunSummary } from '../../model/run-record.js';
import { Html, html } from '../layout/html-text.js';
import { describeWeakening, protectionTitle } from '../words/protection.js';
import { describeBaselines } from '../words/since-baseline.js';
import { explainVerdict, verdictWord } from '../words/verdict.js';
import { describeTotals } from '../words/words.js';
import { drawVerdict } from './html-gates.js';

const SHOWN_NOTES = 50;

/** The verdict in words, what was run, and what a reader has to know of it. */
export function renderHead(summary: RunSummary): Html {
  const { verdict, interrupted, exitCode } = summary;
  const facts = [
    ...describeTotals(summary),
    ...describeOrigin(summary),
    `exit code ${exitCode}`,
    ...describeBaselines(summary),
  ].map((fact) => html`<li>${printableLine(fact, 1000)}</li>`);
  return html`<header class="head ${verdict}">
<div class="headline">
${drawVerdict(interrupted ? 'error' : verdict)}
<h1><span class="word">${verdictWord(summary)}</span> <span class="because">${explainVerdict(summary)}</span></h1>
</div>
<ul class="facts">${facts}</ul>
</header>
`;
}

/** What the change has done to what judges it, above all else. */
export function renderProtection(summary: RunSummary): Html {
  const title = protectionTitle(summary);
  if (title === '') return new Html('');
  const items = (summary.protection?.weakened ?? []).map((each) => html`<li>${describeWeakening(each)}</li>`);
  const list = items.length === 0 ? new Html('') : html`<ul>${items}</ul>`;
  return html`<section class="notes protection" aria-labelledby="protection-title"><h2 id="protection-title">${printable(title)}</h2>${list}</section>
`;
}

/** What the reader of the verdict has to know; long lists fold. */
export function renderNotes({ notes, faults = [] }: RunSummary): Html {
  const all = [...faults, ...notes];
  if (all.length === 0) return new Html('');
  const shown = all.slice(0, SHOWN_NOTES).map((note) => html`<li>${printable(note)}</li>`);
  const rest = all.length > SHOWN_NOTES ? html`<li>${count(all.length - SHOWN_NOTES, 'more note')}</li>` : new Html('');
  return html`<section class="notes" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul>${shown}${rest}</ul></section>
`;
}

function describeOrigin({ runId, startedAt, git, tool }: RunSummary): string[] {
  const commit = git
    ? [
        `commit ${git.commit.slice(0, 7)}${git.branch === null ? '' : ` on ${git.branch}`}${git.dirty ? ', with changes' : ''}`,
      ]
    : [];
  return [...commit, `${startedAt.slice(0, 16).replace('T', ' ')} UTC`, `run ${runId}`, `llmci ${tool.version}`];
}
