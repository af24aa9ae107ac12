import { useState } from 'preact/hooks';
import { count } from '../core/text/format.js';
import { seenStretches } from './seen-text.js';

const FIRST_CHARACTERS = 3000;
const FIRST_LINES = 40;
/** With each step so many times as much is shown: layout of millions of characters takes a browser long. */
const STEP = 8;

/** A text, of which the start is shown when it is long. Nothing in it is markup, and what is not seen is named. */
export function FoldedText({ text }: { readonly text: string }) {
  const [limit, setLimit] = useState(FIRST_CHARACTERS);
  const start = startOf(text, limit, (limit / FIRST_CHARACTERS) * FIRST_LINES);
  const rest = text.length - start.length;
  return (
    <>
      <pre class="text" dir="auto">
        <SeenText text={start} />
      </pre>
      {rest > 0 && (
        <button type="button" class="link" onClick={() => setLimit(limit * STEP)}>
          Show more ({count(rest, 'character')} left)
        </button>
      )}
      {limit > FIRST_CHARACTERS && rest === 0 && (
        <button type="button" class="link" onClick={() => setLimit(FIRST_CHARACTERS)}>
          Show less
        </button>
      )}
    </>
  );
}

/** A text with its unseen characters named. */
export function SeenText({ text }: { readonly text: string }) {
  return (
    <>
      {[...seenStretches(text)].map(({ text: stretch, code }, n) =>
        code === null ? (
          stretch
        ) : (
          <span key={n} class="unseen" title="a character that is not seen">
            {code}
          </span>
        ),
      )}
    </>
  );
}

/** The start of a text, of at most so many characters and lines; a little more when only that little would be left. */
function startOf(text: string, characters: number, lines: number): string {
  let end = 0;
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf('\n', end);
    if (next < 0 || next > characters) {
      end = Math.min(text.length, characters);
      break;
    }
    end = next + 1;
  }
  if (text.length - end < 200) return text;
  // Never between the halves of a character
  return text.slice(0, /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end - 1 : end);
}
