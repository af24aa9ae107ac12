import { breakCommands, printableLine, stripEscapes } from '../../core/text/printable.js';
import { padToWidth, widthOf, wrap } from './layout.js';

// Not visible, and no part of a name or number: what stands around it is no mention, reference or link any more.
// Entities would not do, for platforms look for mentions in the text that the Markdown has become.
const BREAK = '\u200b';
// GitHub's `@name`, `#12`, `GH-12` and bare links; GitLab's `!12`, `&12`, `%milestone`, `~label`
const REFERENCES = /@(?=[\w-])|#(?=\w)|[!&%~](?=[\w"])|GH-(?=\d)|www(?=\.)|:(?=\/\/)/gi;
// What can be Markdown in the middle of a line; brackets alone make links and images
const PUNCTUATION = /[\\`*_[\]#|~$]/g;
// A list, a heading or a rule, at the start of a text only
const BLOCK_START = /^(?=[-+=/])|^(\d+)(?=[.)])/;
const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text of one line for prose: shown as it is, with no Markdown, HTML, mention, reference or link in it. */
export function escapeMarkdown(text: string, length = 500): string {
  return separateReferences(printableLine(text, length))
    .replace(/[&<>"]/g, (character) => HTML[character] ?? '')
    .replace(PUNCTUATION, (character) => `\\${character}`)
    .replace(BLOCK_START, '$1\\');
}

/** Text of one line inside an HTML element, where Markdown is not read. */
export function escapeHtml(text: string, length = 160): string {
  return separateReferences(printableLine(text, length)).replace(/[&<>"]/g, (character) => HTML[character] ?? '');
}

/** Text of one line as a code span, safe in a table cell too: a pipe would end the cell even there. */
export function codeSpan(text: string, length = 120): string {
  const line = printableLine(text, length).replaceAll('|', '¦');
  if (line === '') return '(empty)';
  const fence = '`'.repeat(longestRun(line, /`+/g) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Text of many lines in a fence that is longer than any inside. */
export function codeBlock(text: string): string {
  // Chat commands such as `/approve` are read at the start of a line by bots that know no Markdown
  const safe = breakCommands(stripEscapes(text)).replace(/^\//gm, ' /');
  const fence = '`'.repeat(Math.max(3, longestRun(safe, /`+/g) + 1));
  return `${fence}text\n${safe}\n${fence}`;
}

/** A block of code is not wrapped where it is shown. */
const BLOCK_WIDTH = 96;
const MOST_LINES = 16;

/** Fields one below the other, each behind its label, in lines that have room in a comment. */
export function fieldBlock(fields: readonly { readonly label: string; readonly text: string }[]): string {
  const labels = Math.max(...fields.map(({ label }) => widthOf(label)));
  const width = Math.max(40, BLOCK_WIDTH - labels - 2);
  const lines = fields.flatMap(({ label, text }) => {
    // As much as can be shown, and a little that makes it end in `…`
    const start = text === '' ? '(empty)' : text.slice(0, 2 * MOST_LINES * width);
    return wrap(start, width, MOST_LINES).map((line, index) =>
      `${padToWidth(index === 0 ? label : '', labels)}  ${line}`.trimEnd(),
    );
  });
  return codeBlock(lines.join('\n'));
}

function separateReferences(text: string): string {
  return text.replace(REFERENCES, `$&${BREAK}`);
}

function longestRun(text: string, pattern: RegExp): number {
  return Math.max(0, ...(text.match(pattern) ?? []).map((run) => run.length));
}

/** The characters of blocks, with the blank line behind each. */
export function lengthOf(blocks: readonly string[]): number {
  return blocks.reduce((sum, block) => sum + block.length + 2, 0);
}
