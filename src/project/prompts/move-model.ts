import { isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';

/**
 * The text of a prompt's or suite's file, or of llmci.yaml, with another model in place of one: in its `model` and `models`, and
 * as the one that judges. Nothing but these words is touched: comments, quotes and blanks stay as they are. Only a comment by
 * which lint is not to mind that the old model ends goes with it. Null when the file does not name the model there.
 */
export function moveModel(text: string, from: string, to: string): string | null {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) return null;
  const [model, models] = [contents.get('model', true), contents.get('models', true)];
  const places = [model, contents.getIn(['judge', 'model'], true), ...(isSeq(models) ? models.items : [])]
    .filter((node): node is Scalar => isScalar(node) && node.value === from)
    .flatMap(({ range, type }) => (range ? [{ start: range[0], end: range[1], type }] : []))
    .sort((a, b) => b.start - a.start);
  if (places.length === 0) return null;
  return places.reduce(
    (written, { start, end, type }) => withoutIgnore(written.slice(0, start)) + quoteAs(type, to) + written.slice(end),
    text,
  );
}

/** What stands before a model, without the comments on the lines right above it that speak of its end. */
function withoutIgnore(before: string): string {
  const line = before.lastIndexOf('\n') + 1;
  const above = before
    .slice(0, line)
    .replace(/(?<=^|\n)(?:[ \t]*#[ \t]*llmci-ignore (?:retired|retiring)-model\b[^\n]*\n)+$/, '');
  return above + before.slice(line);
}

function quoteAs(type: Scalar['type'], text: string): string {
  if (type === 'QUOTE_SINGLE') return `'${text.replaceAll("'", "''")}'`;
  return type === 'PLAIN' && /^[\w./:@-]+$/.test(text) && !/:$/.test(text) ? text : JSON.stringify(text);
}
