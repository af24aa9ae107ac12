import { pathToFileURL } from 'node:url';
import { describeThrown } from '../../core/text/thrown.js';
import type { AnyMetric } from '../../metrics/contract.js';
import { isRecord } from '../../model/json.js';
import { unitSchema } from '../../model/quantity.js';
import type { AnyProvider } from '../../providers/contract/provider.js';
import type { Outline } from './protocol.js';
import { faultOf } from './thrown-errors.js';

/** The kinds of definitions that modules export. */
export interface Kinds {
  readonly metric: AnyMetric;
  readonly provider: AnyProvider;
  readonly tool: ToolModule;
}

/** A module whose default export is a function that gives the results of a tool's calls. */
export interface ToolModule {
  readonly type: string;
  readonly respond: (args: unknown, call: unknown) => unknown;
}

/** What a definition has besides its type, to tell a wrong export before it is used. */
const REQUIRED: { readonly [Kind in keyof Kinds]: readonly (keyof Kinds[Kind])[] } = {
  metric: ['describe', 'params', 'unit', 'better', 'score'],
  provider: ['describe', 'config', 'identity', 'create'],
  tool: ['respond'],
};

/** What must be a function, and what one of a few words: a definition of plain JavaScript is checked by no compiler. */
const FUNCTIONS: ReadonlySet<string> = new Set(['score', 'identity', 'create', 'respond']);
const WORDS: Readonly<Record<string, readonly string[]>> = {
  unit: unitSchema.options,
  better: ['higher', 'lower'] satisfies AnyMetric['better'][],
};

/** What is missing or wrong in what is to be a definition, to follow a `;`; null for nothing. */
export function faultOfDefinition(kind: keyof Kinds, definition: Readonly<Record<string, unknown>>): string | null {
  const keys: readonly string[] = ['type', ...REQUIRED[kind]];
  const absent = keys.filter((key) =>
    FUNCTIONS.has(key) ? typeof definition[key] !== 'function' : definition[key] === undefined,
  );
  if (absent.length > 0) return `it lacks ${absent.join(', ')}`;
  for (const key of keys) {
    const [words, value] = [WORDS[key], definition[key]];
    if (words && !(typeof value === 'string' && words.includes(value)))
      return `its ${key} must be one of ${words.join(', ')}`;
  }
  return null;
}

/** What is wrong with a module, in words for whoever named it. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
}

/** Imports the definition that a module exports as its default. This runs its code. Throws ModuleError. */
export async function importDefinition<Kind extends keyof Kinds>(
  file: string,
  path: string,
  kind: Kind,
): Promise<Kinds[Kind]> {
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
    // A getter may throw as well
    for (const key of ['type', ...REQUIRED[kind]])
      void (exported as Record<PropertyKey, unknown> | null | undefined)?.[key];
  } catch (error) {
    const { message, details } = faultOf(error);
    const { code } = details;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(path)) {
      throw new ModuleError(
        `this Node (${process.version}) does not read TypeScript, as ${path} is: use Node 22.18 or later, or compile it to .mjs and name that`,
      );
    }
    const missing = code === 'ERR_MODULE_NOT_FOUND';
    throw new ModuleError(
      missing
        ? `cannot import ${path}: ${message.split('\n')[0]}`
        : `${path} throws when it is imported: ${describeThrown(error)}`,
    );
  }
  if (kind === 'tool') {
    if (typeof exported === 'function') return { type: path, respond: exported } as Kinds[keyof Kinds] as Kinds[Kind];
    throw new ModuleError(
      `${path} has no function as its default export: (arguments, { tool, vars, messages }) => result`,
    );
  }
  const isObject = typeof exported === 'object' && exported !== null;
  const fault = isObject ? faultOfDefinition(kind, exported as Record<string, unknown>) : '';
  if (fault !== null) {
    const define = kind === 'metric' ? 'defineMetric' : 'defineProvider';
    throw new ModuleError(
      `${path} has no ${kind} as its default export (use ${define} from 'llmci'; see docs/guide/extending.md)${fault && `; ${fault}`}`,
    );
  }
  return exported as Kinds[Kind];
}

/** A definition without what cannot leave its thread: functions are named, schemas and examples left out. */
export function outlineOfModule(definition: object, shape: 'params' | 'config'): Outline {
  const functions: string[] = [];
  const strip = (value: object, way: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
        if (way === '' && (key === shape || key === 'examples')) return [];
        if (typeof member === 'function') functions.push(way + key);
        if (typeof member === 'function' || typeof member === 'symbol') return [];
        return [[key, isRecord(member) ? strip(member, `${way}${key}.`) : member]];
      }),
    );
  const data = strip(definition, '');
  const { [shape]: schemas } = definition as Record<string, unknown>;
  return { data, functions, keys: isRecord(schemas) ? Object.keys(schemas) : [] };
}
