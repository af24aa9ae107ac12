import { createRequire } from 'node:module';
import type { Ajv } from 'ajv';
import type { ErrorObject, Options, ValidateFunction } from 'ajv/dist/core.js';
import type { FuncKeywordDefinition } from 'ajv/dist/types/index.js';
import { ExactNumbers, holdsInexact } from './exact-numbers.js';
import { exactValues, jsonText, nearestValues } from './json-value.js';
import { type Within, withinOneSecond } from './patience.js';
import { printableLine } from './printable.js';
import { findStrayReference } from './schema-references.js';
import { explainSize } from './schema-size.js';
import { didYouMean } from './suggest.js';
import { messageOf } from './thrown.js';

/**
 * Checks a value; gives one readable line for each thing that is wrong, or nothing; null when that could not be told in time.
 * It never throws. What may be slow runs `within`, by default for a second at most.
 */
export type JsonSchemaCheck = (value: unknown, within?: Within) => readonly string[] | null;

const require = createRequire(import.meta.url);

/**
 * What `$schema` says of each draft, and where ajv has it. Drafts read some words otherwise, so each has its own reader. It is
 * loaded when the first schema is met: it takes as long to load as Node itself, and most commands need none.
 */
const DRAFTS = {
  '2020-12': { name: 'https://json-schema.org/draft/2020-12/schema', load: () => require('ajv/dist/2020.js') },
  '2019-09': { name: 'https://json-schema.org/draft/2019-09/schema', load: () => require('ajv/dist/2019.js') },
  'draft-07': { name: 'http://json-schema.org/draft-07/schema#', load: () => require('ajv/dist/ajv.js') },
} satisfies Record<string, { readonly name: string; readonly load: () => { default: new (options: Options) => Ajv } }>;
type Draft = keyof typeof DRAFTS;

/** In doubles 19.99 is no multiple of 0.01. */
const DECIMAL_WORDS = new ExactNumbers().keywords().filter(({ keyword }) => keyword === 'multipleOf');

const MOST_ERRORS = 20;
// What can take more than linear time. Anything else is checked without the cost of a time limit.
const SLOW_KEYWORDS = /"(?:pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)"/;

const compiled = new WeakMap<object, JsonSchemaCheck>();
const metaValidators = new Map<Draft, Ajv>();

/**
 * Compiles a JSON Schema, once for each schema object: of the draft that its `$schema` names (2020-12, 2019-09 or 7), by
 * default 2020-12.
 *
 * Unknown keywords are errors, as typos must be; `x-…` and OpenAPI's `example` are accepted. `$ref` reaches only into
 * the schema itself: no file or address is ever read. `format` is an annotation and is not checked, which is the
 * default of the draft; use `pattern` to check.
 *
 * Throws an Error that says what is wrong with a malformed schema.
 */
export function compileJsonSchema(schema: Readonly<Record<string, unknown>>): JsonSchemaCheck {
  const known = compiled.get(schema);
  if (known) return known;
  const check = compile(schema);
  compiled.set(schema, check);
  return check;
}

function compile(written: Readonly<Record<string, unknown>>): JsonSchemaCheck {
  const schema = nearestValues(written) as typeof written;
  const size = explainSize(schema);
  if (size !== null) throw new Error(`${size}; make it smaller`);
  const draft = draftOf(schema['$schema']);
  if (schema['$async'] !== undefined) throw new Error('$async is not supported');
  const stray = findStrayReference(schema);
  if (stray !== null) throw new Error(`$ref "${printableLine(stray, 100)}" is not in the schema itself`);
  const exact = new ExactNumbers();
  const isExact = holdsInexact(written);
  const buildCareful = () => buildValidator(exactValues(written), draft, exact.keywords());
  const usual = isExact ? buildCareful() : buildValidator(schema, draft, DECIMAL_WORDS);
  // Takes its time, and most answers have no number that asks for it
  let careful = isExact ? usual : null;
  const validateOnce = (value: unknown) => {
    const asksForIt = isExact || holdsInexact(value);
    if (asksForIt) careful ??= buildCareful();
    const validate = (asksForIt ? careful : null) ?? usual;
    const given = asksForIt ? exact.standIn(value) : nearestValues(value);
    return validate(given) ? [] : describeErrors(validate.errors ?? []);
  };
  const slow = SLOW_KEYWORDS.test(JSON.stringify(schema));
  return (value, within = withinOneSecond) => {
    try {
      return slow ? within(() => validateOnce(value)) : validateOnce(value);
    } catch (error) {
      // Nested too deeply, or a reference that leads back to where it stands
      if (error instanceof RangeError) return null;
      throw error;
    }
  };
}

/** The draft that `$schema` names, by http or https, with or without `#`. Throws for one that is not known. */
function draftOf(named: unknown): Draft {
  if (named === undefined) return '2020-12';
  const bare = (address: string) => address.replace(/^https?:/, '').replace(/#$/, '');
  const drafts = Object.keys(DRAFTS) as Draft[];
  const found = drafts.find((draft) => typeof named === 'string' && bare(DRAFTS[draft].name) === bare(named));
  if (found !== undefined) return found;
  const addresses = drafts.map((draft) => DRAFTS[draft].name).join(', ');
  throw new Error(
    `$schema is ${printableLine(JSON.stringify(named) ?? '', 100)}, which is none of ${addresses}; name one of these, or leave out $schema for the first`,
  );
}

function buildValidator(
  written: Readonly<Record<string, unknown>>,
  draft: Draft,
  keywords: readonly FuncKeywordDefinition[],
): ValidateFunction {
  const schema = written['$schema'] === undefined ? written : { ...written, $schema: DRAFTS[draft].name };
  // It checks few schemas: optimizing it takes longer than it saves
  const metaValidator =
    metaValidators.get(draft) ?? newAjv(draft, { validateFormats: false, logger: false, code: { optimize: false } });
  metaValidators.set(draft, metaValidator);
  // an instance for each schema: in a shared one, schemas see one another and take one another's `$id`. Building one
  // costs 1 ms as long as it does not have to compile the meta-schema too.
  const ajv = newAjv(draft, {
    allErrors: true,
    strictSchema: true,
    strictNumbers: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    // Else names are held against patterns while it compiles, and one that backtracks would never end. What is left to do
    // is bounded by the size: no more than 2 s
    allowMatchingProperties: true,
    validateFormats: false,
    validateSchema: false,
    // Each $ref is a call: put in its place, 60 of them to one large definition take 20 s and 2 GB
    inlineRefs: false,
    // `required: [constructor]` must not be met by what every object inherits
    ownProperties: true,
    logger: false,
  });
  for (const keyword of new Set(['example', ...annotationsOf(schema)])) ajv.addKeyword(keyword);
  try {
    for (const keyword of keywords) {
      ajv.removeKeyword(String(keyword.keyword));
      ajv.addKeyword(keyword);
    }
    if (!metaValidator.validateSchema(nearestValues(schema) as typeof schema)) {
      // The first error is the nearest to what was written; those after it are about the alternatives
      const [error] = metaValidator.errors ?? [];
      throw new Error(error ? `${describeError(error)}${olderWord(error, draft)}` : 'it is not valid');
    }
    const validate = ajv.compile(schema);
    // One that refers to itself for the same value never comes to an end; one that only doubles itself has its limit when it checks
    withinOneSecond(() => [null, {}, []].map((value) => validate(value)));
    return validate;
  } catch (error) {
    throw new Error(explain(error, ajv), { cause: error });
  }
}

/** What to do about a list of `items`, which 2020-12 has given another name. */
function olderWord({ instancePath, keyword }: ErrorObject, draft: Draft): string {
  const isList = draft === '2020-12' && keyword === 'type' && /\/items$/.test(instancePath);
  return isList ? ` (a list of them is \`prefixItems\`, or name the older draft in $schema)` : '';
}

function newAjv(draft: Draft, options: Options): Ajv {
  const { default: Build }: { default: new (options: Options) => Ajv } = DRAFTS[draft].load();
  return new Build(options);
}

/** The `x-…` keys anywhere in a schema. */
function annotationsOf(node: unknown): readonly string[] {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, member]) => [
    ...(/^x-[a-z0-9_$:-]+$/i.test(key) ? [key] : []),
    ...annotationsOf(member),
  ]);
}

function explain(error: unknown, ajv: Ajv): string {
  if (error instanceof RangeError) return 'a $ref of it leads back to where it stands, without end';
  const message = messageOf(error);
  const keyword = /unknown keyword: "(.*)"/.exec(message)?.[1];
  if (keyword !== undefined) {
    return `unknown keyword ${JSON.stringify(keyword)}${didYouMean(keyword, Object.keys(ajv.RULES.all))}`;
  }
  const reference = /^can't resolve reference (\S+)/.exec(message)?.[1];
  if (reference !== undefined) return `$ref ${JSON.stringify(reference)} is not in the schema itself`;
  return printableLine(message.replace(/^strict mode: /, ''), 300);
}

function describeErrors(errors: readonly ErrorObject[]): readonly string[] {
  const shown = [...new Set(errors.slice(0, MOST_ERRORS).map(describeError))];
  return errors.length > MOST_ERRORS ? [...shown, `and ${errors.length - MOST_ERRORS} more`] : shown;
}

function describeError({ instancePath, keyword, message, params }: ErrorObject): string {
  const path = instancePath
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
  const where = instancePath === '' ? '' : `${path}: `;
  return printableLine(`${where}${message ?? `does not meet ${keyword}`}${namedBy(keyword, params)}`, 200);
}

/** What ajv's message leaves out: which key is too many, which values are allowed. */
function namedBy(keyword: string, params: Readonly<Record<string, unknown>>): string {
  const named: Readonly<Record<string, unknown>> = {
    additionalProperties: params['additionalProperty'],
    unevaluatedProperties: params['unevaluatedProperty'],
    enum: params['allowedValues'],
    const: params['allowedValue'],
  };
  return named[keyword] === undefined ? '' : `: ${jsonText(named[keyword])}`;
}
