import { useMemo } from 'preact/hooks';
import { diffWords } from '../core/text/word-diff.js';
import { FoldedText, SeenText } from './folded-text.js';

interface DiffTextProps {
  readonly text: string;
  readonly other: string;
  /** Where the other text stands beside this one, each has its own words only: which of the two this is. */
  readonly side?: 'before' | 'now';
}

/** A text with what is different from another: added words underlined, missing words struck through. */
export function DiffText({ text, other, side }: DiffTextProps) {
  const changes = useMemo(
    () => (side === 'before' ? diffWords(text, other) : diffWords(other, text)),
    [other, text, side],
  );
  if (changes === null || changes.every(({ kind }) => kind === 'same')) {
    const why =
      changes === null ? 'These texts differ too much, or are too long, to mark the words.' : 'No difference.';
    return (
      <>
        <FoldedText text={text} />
        {side !== 'before' && <p class="quiet">{why}</p>}
      </>
    );
  }
  return (
    <pre class="text" dir="auto">
      {changes.map(({ kind, text: words }, n) => {
        if (kind === 'added') return side !== 'before' && <ins key={n}>{<SeenText text={words} />}</ins>;
        if (kind === 'removed') return side !== 'now' && <del key={n}>{<SeenText text={words} />}</del>;
        return <SeenText key={n} text={words} />;
      })}
    </pre>
  );
}
