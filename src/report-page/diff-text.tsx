import { useMemo } from 'preact/hooks';
import { diffWords } from '../core/text/word-diff.js';
import { FoldedText, SeenText } from './folded-text.js';

/** A text with what is different from another: added words underlined, missing words struck through. */
export function DiffText({ text, other }: { readonly text: string; readonly other: string }) {
  const changes = useMemo(() => diffWords(other, text), [other, text]);
  if (changes === null) {
    return (
      <>
        <p class="quiet">These texts differ too much, or are too long, to mark the words.</p>
        <FoldedText text={text} />
      </>
    );
  }
  if (changes.every(({ kind }) => kind === 'same')) {
    return (
      <>
        <FoldedText text={text} />
        <p class="quiet">No difference.</p>
      </>
    );
  }
  return (
    <pre class="text" dir="auto">
      {changes.map(({ kind, text: words }, n) => {
        if (kind === 'added') return <ins key={n}>{<SeenText text={words} />}</ins>;
        if (kind === 'removed') return <del key={n}>{<SeenText text={words} />}</del>;
        return <SeenText key={n} text={words} />;
      })}
    </pre>
  );
}
