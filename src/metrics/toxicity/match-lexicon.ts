import { inflections, type LexiconCategory, lexicon, lexiconCategories } from './lexicon.js';

/** One entry of the word lists found in a text: the words as they stand there, and what list they are of. */
export interface LexiconMatch {
  readonly term: string;
  readonly category: LexiconCategory;
  /** Index of the first token. */
  readonly start: number;
  readonly length: number;
}

const longestEntry = 4;

function addEntry(table: Map<string, Set<LexiconCategory>>, entry: string, category: LexiconCategory): void {
  const categories = table.get(entry);
  if (categories === undefined) table.set(entry, new Set([category]));
  else categories.add(category);
}

function buildTable(): ReadonlyMap<string, ReadonlySet<LexiconCategory>> {
  const table = new Map<string, Set<LexiconCategory>>();
  for (const category of lexiconCategories) {
    for (const raw of lexicon[category].split(',')) {
      const entry = raw.trim().replace(/\s+/g, ' ');
      if (!entry.endsWith('*')) {
        addEntry(table, entry, category);
        continue;
      }
      const stem = entry.slice(0, -1);
      addEntry(table, stem, category);
      for (const ending of inflections) addEntry(table, stem + ending, category);
      if (stem.endsWith('e')) for (const ending of ['ing', 'ed']) addEntry(table, stem.slice(0, -1) + ending, category);
    }
  }
  return table;
}

const table = buildTable();

/** The categories of one word or phrase, empty when no list holds it. */
export function categoriesOfPhrase(phrase: string): ReadonlySet<LexiconCategory> {
  return table.get(phrase) ?? new Set();
}

/** Every entry of the word lists in the tokens, of every length and in order; entries may overlap. */
export function matchLexicon(tokens: readonly string[]): readonly LexiconMatch[] {
  const matches: LexiconMatch[] = [];
  for (let start = 0; start < tokens.length; start += 1) {
    let term = '';
    for (let length = 1; length <= longestEntry && start + length <= tokens.length; length += 1) {
      term += (length === 1 ? '' : ' ') + (tokens[start + length - 1] ?? '');
      const categories = table.get(term);
      if (categories !== undefined) for (const category of categories) matches.push({ term, category, start, length });
    }
  }
  return matches;
}
