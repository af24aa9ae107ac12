import type { ChalkInstance } from 'chalk';
import { printable } from '../core/text/printable.js';
import type { WordChange } from '../model/prompt-change.js';

/** What is gone as `[-text-]` and what has come as `{+text+}`, which tell without colour too. Printable. */
export function markWords(words: readonly WordChange[]): string {
  return words
    .map(({ kind, text }) => {
      const safe = printable(text);
      if (kind === 'same') return safe;
      return kind === 'removed' ? `[-${safe}-]` : `{+${safe}+}`;
    })
    .join('');
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
