import type { Diff, DiffedPrompt } from '../../model/diff.js';
import type { PromptEdit } from '../../model/prompt-change.js';
import { Html, html } from '../layout/html-text.js';
import { PALETTE } from '../layout/palette.js';
import { END_OF_PAGE, startPage } from '../layout/plain-page.js';
import type { ReportSink } from '../layout/sink.js';
import {
  cutSame,
  decidingReasons,
  describeDiff,
  describeEdit,
  describeFacts,
  describeIdentity,
  describeName,
  describeRendered,
  describeRules,
  describeUnderstated,
} from './diff-words.js';

const STYLE = `${PALETTE}* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 40px 0 8px; padding-bottom: 6px; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
small, .quiet { color: var(--quiet); font-size: 13px; font-weight: normal; }
dl { display: grid; grid-template-columns: 12em 1fr; gap: 4px 12px; margin: 12px 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
pre { margin: 4px 0; padding: 8px; background: var(--panel); border: 1px solid var(--rule); border-radius: 4px; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
ins { color: var(--better); text-decoration: underline; } del { color: var(--worse); }
.high { color: var(--worse); } .low { color: var(--quiet); }
.understated { color: var(--worse); font-weight: 600; }
@media (max-width: 640px) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 6px; } }
`;

/** Writes the diff as one page that needs nothing else. */
export async function writeDiffPage(diff: Diff, sink: ReportSink): Promise<void> {
  const title = `${diff.from.name} → ${diff.to.name}`;
  const rules = describeRules(diff);
  const page = html`${startPage(`${title} - llmci diff`, STYLE)}<h1>${describeDiff(diff)}</h1>
<p class="quiet">${title}</p>
${diff.prompts.map(drawPrompt)}${list(
  'Rules',
  rules.map(({ risk, text }) => `${risk} risk: ${text}`),
)}${list(
  'Not compared',
  diff.broken.map(
    ({ side, file, line, column, message }) => `${diff[side].name}: ${file}:${line}:${column} ${message}`,
  ),
)}`;
  await sink.write(page.text + END_OF_PAGE);
}

function list(title: string, lines: readonly string[]): Html {
  if (lines.length === 0) return new Html('');
  return html`<h2>${title}</h2>
<ul>${lines.map((line) => html`<li>${line}</li>\n`)}</ul>
`;
}

function drawPrompt(prompt: DiffedPrompt): Html {
  const understated = describeUnderstated(prompt);
  return html`<section>
<h2>${describeName(prompt)} <small class="${prompt.risk}">${prompt.risk} risk</small></h2>
<p class="quiet">${describeIdentity(prompt)}</p>
${understated === null ? new Html('') : html`<p class="understated">${understated}</p>\n`}<ul>${decidingReasons(prompt).map(({ text }) => html`<li>${text}</li>`)}</ul>
<dl>${prompt.edits.map(drawEdit)}</dl>
${drawRendered(prompt)}<dl>${describeFacts(prompt).map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>\n`)}</dl>
</section>
`;
}

function drawRendered({ rendered }: DiffedPrompt): Html {
  if (!rendered) return new Html('');
  return html`<p class="quiet">${describeRendered(rendered)}</p>
<dl>${rendered.edits.map(drawEdit)}</dl>
`;
}

/** One edit as a term and its description. */
export function drawEdit(edit: PromptEdit): Html {
  const { label, text, words, whole } = describeEdit(edit);
  const marked = cutSame(words ?? []).map(({ kind, text: each }) => {
    if (kind === 'same') return html`${each}`;
    return kind === 'added' ? html`<ins>${each}</ins>` : html`<del>${each}</del>`;
  });
  const all = whole.map(({ kind, text: each }) =>
    kind === 'added' ? html`<pre><ins>${each}</ins></pre>` : html`<pre><del>${each}</del></pre>`,
  );
  const diff = words ? html`<pre>${marked}</pre>` : new Html('');
  return html`<dt>${label}</dt><dd>${text}${diff}${all}</dd>
`;
}
