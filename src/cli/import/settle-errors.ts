import { type Document, isMap, isScalar, type Node, parseDocument } from 'yaml';
import { realWorld } from '../../calls/world.js';
import { dayOf } from '../../core/text/day.js';
import { printableLine } from '../../core/text/printable.js';
import { writeDocument } from '../../importers/draft/write-draft.js';
import { inOrder } from '../../importers/import-findings.js';
import type { Imported, ImportedFile, ImportFinding } from '../../importers/importer.js';
import type { RuledHit } from '../../lint/run-rules.js';
import { REORDERING } from '../../lint/signs.js';
import { atTop, type SourcePlace } from '../../model/problem.js';
import { lintErrors } from './check-files.js';

/** What a rule has found in a file, and where that stands in the source. */
interface Found {
  readonly rule: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly place: SourcePlace;
}

type Done = Pick<ImportFinding, 'status' | 'note'>;

/** Takes what a rule has found out of a file, and says what that means; null where it is not this that the rule minds. */
type Way = (document: Document, found: Found) => Done | null;

/**
 * What is done about each rule, one way after the other until it finds nothing. What a service refuses would fail every call, so
 * it is left out. All else stays as the source has it, below a comment that says so.
 */
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  'refused-parameter': [leaveOut],
  'loose-schema': [takenStrictly, notStrict, withoutOutput],
  'reordered-text': [shownInOrder],
};
/** More than any rule has. */
const MOST_ROUNDS = 4;

/** Files in which no rule of lint finds an error, and the report with what was done for that. */
export async function settleErrors(imported: Imported, root: string): Promise<Imported> {
  const today = dayOf(realWorld().date());
  const told = new Map<string, ImportFinding>();
  let { files } = imported;
  for (let round = 0; round < MOST_ROUNDS && files.length > 0; round++) {
    const hits = await lintErrors(files, root, today);
    if (hits.length === 0) break;
    files = files.map((file) => {
      const own = hits.flatMap((hit) => foundAt(hit, file));
      if (own.length === 0) return file;
      const document = parseDocument(file.text);
      for (const found of own) {
        const done = (WAYS[found.rule]?.[round] ?? keep)(document, found);
        if (done) told.set(keyOf(file, found), { ...done, what: found.path.join('.'), place: found.place });
      }
      return { ...file, text: writeDocument(document) };
    });
  }
  return { files, report: withTold(imported.report, [...told.values()]) };
}

/** What a way has done counts in place of what those before it have. */
function keyOf({ path }: ImportedFile, found: Found): string {
  return JSON.stringify([path, found.rule, ...(found.rule === 'loose-schema' ? [] : [found.path, found.message])]);
}

function foundAt({ spot, rule, message }: RuledHit, file: ImportedFile): readonly Found[] {
  if (spot.file !== file.path || !('path' in spot)) return [];
  const { path } = spot;
  const keys = path.map((_, index) => path.slice(0, path.length - index).join('.'));
  const place = [...keys, ''].map((key) => file.places?.get(key)).find((each) => each !== undefined);
  return [{ rule: rule.id, message, path, place: place ?? atTop(file.path) }];
}

/** What was said to mean the same at these places does not. */
function withTold(report: readonly ImportFinding[], told: readonly ImportFinding[]): readonly ImportFinding[] {
  const isAt = (place: SourcePlace) => (other: ImportFinding) => JSON.stringify(other.place) === JSON.stringify(place);
  const named = told.map((each) => ({ ...each, what: report.find(isAt(each.place))?.what ?? each.what }));
  return inOrder([...report.filter(({ status, place }) => status !== 'taken' || !named.some(isAt(place))), ...named]);
}

function leaveOut(document: Document, { path, message }: Found): Done {
  document.deleteIn(path);
  const [parent = ''] = path;
  const rest = document.get(parent);
  if (isMap(rest) && rest.items.length === 0) document.delete(parent);
  return { status: 'refused', note: `it is left out: ${message.replace(/: take \w+ out$/, '')}` };
}

function takenStrictly(document: Document): Done | null {
  if (document.getIn(['output', 'strict']) !== false) return null;
  document.deleteIn(['output', 'strict']);
  return { status: 'changed', note: '`output`; its service holds every answer to the schema' };
}

function notStrict(document: Document, { message }: Found): Done | null {
  if (!message.endsWith('or say strict: false')) return null;
  document.setIn(['output', 'strict'], false);
  return { status: 'changed', note: `\`output\` with \`strict: false\`: ${message}` };
}

function withoutOutput(document: Document, { message }: Found): Done {
  document.delete('output');
  return { status: 'refused', note: `\`output\` is left out: ${message}` };
}

function shownInOrder(document: Document, { path }: Found): Done {
  document.setIn(path, String(document.getIn(path)).replace(REORDERING, ''));
  return {
    status: 'changed',
    note: 'characters that show a text in another order than a model reads it are taken out',
  };
}

/** It stays as it is, below a comment that says where it comes from. */
function keep(document: Document, { rule, message, path, place }: Found): Done {
  const node = commentable(document, path);
  const comment = ` llmci-ignore ${rule}: as in ${printableLine(place.file)}:${place.line}. ${printableLine(message, 400)}`;
  const before = node?.commentBefore ?? null;
  // One speaks of all that a rule finds there
  if (node && !before?.includes(` llmci-ignore ${rule}:`))
    node.commentBefore = [before, comment].filter((each) => each !== null).join('\n');
  return { status: 'changed', note: `it stays as it is, with a comment for lint: ${message}` };
}

/** The key of the value at a path, or the item of a list: what a comment stands before. */
function commentable(document: Document, path: readonly PropertyKey[]): Node | null {
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (!isMap(parent)) return (document.getIn(path, true) as Node | undefined) ?? null;
  const key = parent.items.find((item) => isScalar(item.key) && item.key.value === last)?.key;
  return isScalar(key) ? key : null;
}
