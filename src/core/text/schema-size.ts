import { count } from './format.js';

/** What a JSON Schema may hold, far more than people write and far less than what exhausts a machine. */
const MOST = { parts: 20_000, depth: 100, references: 1000, patterns: 500, choices: 10_000, characters: 1_000_000 };
const LONGEST_PATTERN = 10_000;

/**
 * Why a JSON Schema is too large to be compiled, in words that go behind its name; null when it is not. Stops counting as
 * soon as it knows.
 */
export function explainSize(schema: unknown): string | null {
  const sum = { parts: 0, references: 0, patterns: 0, choices: 0, characters: 0 };
  const visit = (node: unknown, depth: number): string | null => {
    if (depth > MOST.depth) return `it is nested more than ${MOST.depth} deep`;
    sum.parts++;
    if (typeof node === 'string') sum.characters += node.length;
    if (sum.parts > MOST.parts) return `it has more than ${count(MOST.parts, 'part')}`;
    if (sum.characters > MOST.characters) return `it has more than ${count(MOST.characters, 'character')}`;
    if (node === null || typeof node !== 'object') return null;
    for (const [key, member] of Object.entries(node)) {
      sum.characters += key.length;
      if ((key === '$ref' || key === '$dynamicRef') && typeof member === 'string') sum.references++;
      if (key === 'enum' && Array.isArray(member)) sum.choices += member.length;
      const patterns =
        key === 'pattern' && typeof member === 'string' ? [member] : key === 'patternProperties' ? keysOf(member) : [];
      sum.patterns += patterns.length;
      if (patterns.some((pattern) => pattern.length > LONGEST_PATTERN))
        return `it has a pattern of more than ${count(LONGEST_PATTERN, 'character')}`;
      if (sum.references > MOST.references) return `it has more than ${count(MOST.references, '$ref')}`;
      if (sum.patterns > MOST.patterns) return `it has more than ${count(MOST.patterns, 'pattern')}`;
      if (sum.choices > MOST.choices) return `its enums have more than ${count(MOST.choices, 'value')}`;
      const found = visit(member, depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(schema, 0);
}

function keysOf(value: unknown): readonly string[] {
  return value !== null && typeof value === 'object' ? Object.keys(value) : [];
}
