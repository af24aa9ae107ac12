import { Document, isMap, isScalar, visit } from 'yaml';
import { jsonText } from '../../core/text/json-value.js';
import { printableLine } from '../../core/text/printable.js';
import { writeJson } from '../../core/text/write-json.js';
import type { ImportedFile, Places } from '../importer.js';
import type { CaseDraft, MetricDraft, ProjectDraft, SuiteDraft } from './draft.js';

/** More cases than these stand in a file of their own. */
const CASES_IN_SUITE = 40;

/** The files of a draft, as a person would write them. */
export function writeDraft(draft: ProjectDraft): readonly ImportedFile[] {
  const from = `# Imported from ${printableLine(draft.source)} (${draft.format}).\n`;
  const write = (path: string, data: object, places?: Places): ImportedFile => ({
    path,
    text: from + writeYaml(data),
    ...(places ? { places } : {}),
  });
  return [
    ...draft.prompts.map(({ id, file, places }) => write(`prompts/${id}.prompt.yaml`, file, places)),
    ...draft.suites.flatMap((suite) => {
      const { data, dataset } = suiteOf(suite, draft.suites);
      return [write(`evals/${suite.name}.eval.yaml`, data, suite.places), ...dataset];
    }),
    ...configOf(draft).map((config) => write('llmci.yaml', config)),
  ];
}

function suiteOf(suite: SuiteDraft, all: readonly SuiteDraft[]) {
  const { name, description, prompts, models, trials, cases, gates } = suite;
  const first = all.find((other) => other.cases === cases);
  const apart =
    cases.length > CASES_IN_SUITE || first !== suite || all.some((other) => other !== suite && other.cases === cases);
  const path = `fixtures/${first?.name ?? name}.cases.jsonl`;
  const data = {
    ...(description ? { description } : {}),
    ...(prompts.length === 1 ? { prompt: prompts[0] } : { prompts }),
    ...(models.length > 0 ? { models } : {}),
    ...(trials === undefined ? {} : { trials }),
    ...(apart ? { dataset: `${'../'.repeat(name.split('/').length)}${path}` } : { cases }),
    ...measured(suite),
    ...(gates.length > 0 ? { gates } : {}),
  };
  const dataset = apart && first === suite ? [{ path, text: cases.map(rowOf).join('') }] : [];
  return { data, dataset };
}

/** Its metrics, of which every case needs one: one that judges nothing, where a case has none left. */
function measured({ metrics, cases }: SuiteDraft): { readonly metrics?: readonly MetricDraft[] } {
  if (metrics.length > 0) return { metrics };
  return cases.some((each) => each.metrics === undefined) ? { metrics: [{ metric: 'tokens' }] } : {};
}

function rowOf(row: CaseDraft): string {
  return `${writeJson(row)}\n`;
}

function configOf({ providers, judge }: ProjectDraft): readonly object[] {
  const config = {
    ...(Object.keys(providers).length > 0 ? { providers } : {}),
    ...(judge === null ? {} : { judge: { model: judge } }),
  };
  return Object.keys(config).length > 0 ? [config] : [];
}

/** Lists whose items stand on a line each, as the docs show them. */
const ON_ONE_LINE = new Set(['metrics', 'gates']);
const LONGEST_LINE = 110;

function fitsOnALine(item: unknown): boolean {
  const text = jsonText(item);
  return text.length < LONGEST_LINE && !text.includes(String.raw`\n`);
}

/** YAML with texts of several lines as blocks, and metrics and gates on a line each where they are short. */
export function writeYaml(data: object): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    Pair: (_, { key, value }) => {
      // As a plain key it would merge
      if (isScalar(key) && key.value === '<<') key.type = 'QUOTE_DOUBLE';
      if (!isScalar(key) || !ON_ONE_LINE.has(String(key.value))) return;
      for (const item of (value as { items?: unknown[] } | null)?.items ?? []) {
        if (isMap(item) && fitsOnALine(item.toJSON())) item.flow = true;
      }
    },
  });
  return writeDocument(document);
}

/** The text of a document, in the form of all that an import writes. */
export function writeDocument(document: Document): string {
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).toWellFormed();
}
