import { count } from '../../core/text/format.js';
import type { Diff, DiffedPrompt } from '../../model/diff.js';
import type { PromptEdit } from '../../model/prompt-change.js';
import { codeBlock, codeSpan, escapeHtml, escapeMarkdown } from '../layout/markdown-text.js';
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

const LONGEST = 4000;

/** The diff as Markdown for a pull request: whatever stands in prompts is text there, and no markup. */
export function diffMarkdown(diff: Diff): string {
  const rules = describeRules(diff).map(({ risk, text }) => `- **${risk}** ${escapeMarkdown(text)}`);
  const broken = diff.broken.map(
    ({ side, file, line, column, message }) =>
      `- ${escapeMarkdown(diff[side].name)}: ${codeSpan(`${file}:${line}:${column}`)} ${escapeMarkdown(message)}`,
  );
  return [
    `**${escapeMarkdown(describeDiff(diff))}** (${codeSpan(diff.from.name)} → ${codeSpan(diff.to.name)})`,
    ...diff.prompts.map(promptMarkdown),
    ...(rules.length > 0 ? [`#### Rules\n\n${rules.join('\n')}`] : []),
    ...(broken.length > 0 ? [`#### Not compared\n\n${broken.join('\n')}`] : []),
  ].join('\n\n');
}

/** What has changed in prompts, each folded: for a comment that tells of other things first. At most about `room` characters. */
export function foldedChanges(prompts: readonly DiffedPrompt[], room: number): string {
  const blocks: string[] = [];
  let left = room;
  for (const prompt of prompts) {
    // What a reader who folds nothing out should know of it
    const guards = prompt.edits.filter((edit) => edit.what === 'shift' && edit.effect === 'guard-removed').length;
    const lost = guards === 0 ? '' : `, ${count(guards, 'guard')} removed`;
    const title = `What has changed in ${describeName(prompt)}: ${count(prompt.edits.length, 'change')}, ${prompt.risk} risk${lost}`;
    const head = `<details><summary>${escapeHtml(title, 200)}</summary>`;
    const block = `${head}\n\n${prompt.edits.map(editMarkdown).join('\n')}\n\n</details>`;
    const fits = block.length <= left;
    blocks.push(fits ? block : `${head}\n\nToo long for here: ${codeSpan('npx llmci diff')}\n\n</details>`);
    left -= fits ? block.length : head.length;
  }
  return blocks.join('\n\n');
}

function promptMarkdown(prompt: DiffedPrompt): string {
  const understated = describeUnderstated(prompt);
  const facts = describeFacts(prompt).map(([label, text]) => `- ${label}: ${escapeMarkdown(text)}`);
  const why = decidingReasons(prompt).map(({ text }) => `- ${escapeMarkdown(text)}`);
  return [
    `#### ${codeSpan(describeName(prompt))} · ${prompt.risk} risk`,
    ...(understated === null ? [] : [`> **${escapeMarkdown(understated)}**`]),
    why.join('\n'),
    `<details><summary>${count(prompt.edits.length, 'change')}</summary>\n\n${prompt.edits.map(editMarkdown).join('\n')}\n\n</details>`,
    ...(prompt.rendered
      ? [
          `<details><summary>${escapeHtml(describeRendered(prompt.rendered), 300)}</summary>\n\n${prompt.rendered.edits.map(editMarkdown).join('\n')}\n\n</details>`,
        ]
      : []),
    `${facts.join('\n')}\n- ${codeSpan(describeIdentity(prompt), 200)}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** One edit as an item of a list, its words in a code block. */
export function editMarkdown(edit: PromptEdit): string {
  const { label, text, words, whole } = describeEdit(edit);
  const marked =
    words &&
    cutSame(words)
      .map(({ kind, text: each }) => MARKS[kind](each))
      .join('');
  const blocks = [
    ...(marked === null ? [] : [marked]),
    ...whole.map(({ kind, text: all }) => (kind === 'added' ? '+ ' : '- ') + all.replaceAll('\n', '\n  ')),
  ];
  const head = `- **${escapeMarkdown(label)}** ${escapeMarkdown(text)}`;
  return [head, ...blocks.map((block) => `\n${codeBlock(block.slice(0, LONGEST))}\n`)].join('\n');
}

const MARKS = {
  same: (text: string) => text,
  added: (text: string) => `{+${text}+}`,
  removed: (text: string) => `[-${text}-]`,
} as const;
