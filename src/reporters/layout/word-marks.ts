import type { ChalkInstance } from 'chalk';
import { printable } from '../../core/text/printable.js';
import type { WordChange } from '../../model/prompt-change.js';

/** What is gone as `[-text-]` and what has come as `{+text+}`, which tell without colour too; breaks at their ends stand outside. Printable. */
export function markWords(words: readonly WordChange[]): string {
  return words
    .map(({ kind, text }) => {
      const safe = printable(text);
      if (kind === 'same') return safe;
      // A mark that ends on the line where it began is easier to find
      const [, start = '', words = '', end = ''] = /^(\n*)(.*?)(\n*)$/s.exec(safe) ?? [];
      if (words === '') return mark(kind, safe);
      return `${start}${mark(kind, words)}${end}`;
    })
    .join('');
}

function mark(kind: 'removed' | 'added', words: string): string {
  return kind === 'removed' ? `[-${words}-]` : `{+${words}+}`;
}

/**
 * Paints the marks of a text that is handed over line by line: a text is made printable and wrapped first, which would take
 * colour codes away or cut them.
 */
export function paintMarks({ red, green }: Pick<ChalkInstance, 'red' | 'green'>): (line: string) => string {
  let open: '[-' | '{+' | null = null;
  return (line) =>
    line
      .split(/(\[-|-\]|\{\+|\+\})/)
      .map((part) => {
        const inside = open;
        if (open === null && (part === '[-' || part === '{+')) open = part;
        else if ((open === '[-' && part === '-]') || (open === '{+' && part === '+}')) open = null;
        const mark = open ?? inside;
        return mark === null || part === '' ? part : mark === '[-' ? red(part) : green(part);
      })
      .join('');
}
