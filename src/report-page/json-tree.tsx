import { useState } from 'preact/hooks';
import { count } from '../core/text/format.js';
import { FoldedText, SeenText } from './folded-text.js';
import { seenLine } from './seen-text.js';
import { UnpackedNumber } from './unpack.js';

const OPEN_DEPTH = 3;
const SHOWN = 50;
const LONG_TEXT = 200;
/** Letters of a list that is shown in one line. */
const SHORT_LIST = 60;

/** JSON to fold and unfold. `text` is what it was written as, to be shown instead when asked for. */
export function JsonTree({ value, text }: { readonly value: unknown; readonly text: string | null }) {
  const [isText, setIsText] = useState(false);
  return (
    <div class="json">
      {isText && text !== null ? <FoldedText text={text} /> : <Node value={value} depth={0} />}
      {text !== null && (
        <button type="button" class="link" onClick={() => setIsText(!isText)}>
          {isText ? 'Show as a tree' : 'Show as it was written'}
        </button>
      )}
    </div>
  );
}

function Node({ name, value, depth }: { readonly name?: string; readonly value: unknown; readonly depth: number }) {
  const [isOpen, setIsOpen] = useState(depth < OPEN_DEPTH);
  const [shown, setShown] = useState(SHOWN);
  const label = name === undefined ? null : <span class="key">{seenLine(name)}: </span>;
  if (typeof value !== 'object' || value === null || value instanceof UnpackedNumber) {
    return (
      <div class="leaf">
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  if (isShortList(value)) {
    return (
      <div class="leaf">
        {label}
        <span class="string">
          [{value.map((item, index) => [index > 0 && ', ', <Leaf key={index} value={item} />])}]
        </span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const sign = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span class="quiet">{sign}</span>
      </summary>
      {isOpen && (
        <div class="inside">
          {entries.slice(0, shown).map(([key, inner]) => (
            <Node key={key} name={key} value={inner} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <button type="button" class="link" onClick={() => setShown(shown * 10)}>
              Show more ({count(entries.length - shown, 'entry').replace(/entrys$/, 'entries')} left)
            </button>
          )}
        </div>
      )}
    </details>
  );
}

/** A list of a few short words and numbers. */
function isShortList(value: object): value is readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const isPlain = value.every((item) => typeof item !== 'object' || item === null || item instanceof UnpackedNumber);
  const text = value.map((item) => (item instanceof UnpackedNumber ? item.text : String(item))).join(', ');
  return isPlain && text.length <= SHORT_LIST && !text.includes('\n');
}

function Leaf({ value }: { readonly value: unknown }) {
  if (value instanceof UnpackedNumber) return <span class="number">{value.text}</span>;
  if (typeof value !== 'string') return <span class="number">{String(value)}</span>;
  if (value.length > LONG_TEXT || value.includes('\n')) return <FoldedText text={value} />;
  return (
    <span class="string" dir="auto">
      "<SeenText text={value} />"
    </span>
  );
}
