import { FoldedText } from './folded-text.js';
import { JsonTree } from './json-tree.js';
import { seenLine } from './seen-text.js';
import { parseWritten } from './unpack.js';

interface FieldProps {
  readonly label: string;
  readonly value: unknown;
  readonly isFolded?: boolean;
}

/** A value with its name. */
export function Field({ label, value, isFolded = false }: FieldProps) {
  if (isFolded) {
    return (
      <details class="field">
        <summary>{seenLine(label)}</summary>
        <Value value={value} />
      </details>
    );
  }
  return (
    <div class="field">
      <h4>{seenLine(label)}</h4>
      <Value value={value} />
    </div>
  );
}

/** Longer texts are not tried as JSON. */
const LONGEST_JSON = 1 << 20;

/** A text as it is, JSON as a tree, whether it is a value or a text that holds one. */
export function Value({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    const json = jsonIn(value);
    return json === null ? <FoldedText text={value} /> : <JsonTree value={json} text={value} />;
  }
  return <JsonTree value={value} text={null} />;
}

/** The object or list that a text is, by itself or in a fence; null for any other text. */
function jsonIn(text: string): object | null {
  if (text.length > LONGEST_JSON || !/^\s*(?:```json\s*)?[[{]/.test(text)) return null;
  try {
    return parseWritten(text.replace(/^\s*```json\s*|\s*```\s*$/g, '')) as object;
  } catch {
    return null;
  }
}
