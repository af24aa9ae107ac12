import { compileTemplate, TemplateError } from '../../core/text/template.js';
import { type Json, Literal } from '../../model/json.js';

type RenderJson = (vars: Readonly<Record<string, unknown>>) => Json;

/** A place in a JSON document, and the template there that does not parse. */
export interface BrokenTemplate {
  readonly path: (string | number)[];
  readonly error: TemplateError;
}

/** The strings of a JSON document that do not parse as Liquid templates. */
export function findBrokenTemplates(body: Json, path: (string | number)[] = []): BrokenTemplate[] {
  if (typeof body === 'string') {
    try {
      compileTemplate(body);
      return [];
    } catch (error) {
      if (error instanceof TemplateError) return [{ path, error }];
      throw error;
    }
  }
  if (body === null || typeof body !== 'object') return [];
  return Object.entries(body).flatMap(([key, member]) =>
    findBrokenTemplates(member, [...path, Array.isArray(body) ? Number(key) : key]),
  );
}

/**
 * Reads a JSON document whose strings are Liquid templates. One that is a single variable gives its value as it is, a
 * number, list or object; any other gives a text. Keys are taken as they are. A variable in `open` may be null, which is
 * sent as null. Throws TemplateError when a string does not parse; what is returned, when one does not render.
 */
export function compileBody(body: Json, open: ReadonlySet<string> = new Set()): RenderJson {
  if (typeof body === 'string') return compileText(body, open);
  if (body === null || typeof body !== 'object') return () => body;
  if (Array.isArray(body)) {
    const items = body.map((item: Json) => compileBody(item, open));
    return (vars) => items.map((item) => item(vars));
  }
  const members = Object.entries(body).map(([key, member]) => [key, compileBody(member, open)] as const);
  return (vars) => Object.fromEntries(members.map(([key, member]) => [key, member(vars)]));
}

/** Nothing but one variable, which may be a part of another: `{{ order.lines[0] }}`. */
const ONE_VARIABLE = /^\{\{-?\s*([\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+|\[\d+\])*)\s*-?\}\}$/u;

function compileText(text: string, open: ReadonlySet<string>): RenderJson {
  const render = compileTemplate(text);
  const path = ONE_VARIABLE.exec(text)?.[1]
    ?.split(/[.[\]]+/)
    .filter((step) => step !== '');
  if (path === undefined) return render;
  const mayBeNull = open.has(path.join('.'));
  return (vars) => {
    const value = valueAt(vars, path);
    if (value === null && mayBeNull) return null;
    // A variable that is not there, or null, is told by its template
    return value === null || typeof value === 'string' || isPadded(value) ? render(vars) : value;
  };
}

function valueAt(vars: Readonly<Record<string, unknown>>, path: readonly string[]): Json {
  let value: unknown = vars;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || value instanceof Literal || !Object.hasOwn(value, step))
      return null;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  // Variables are JSON
  return (value ?? null) as Json;
}

/** A number such as 01234 is a text to whoever wrote it, and JSON has no word for it. */
function isPadded(value: Json): boolean {
  return value instanceof Literal && (value.value === null || /^[-+]?0\d/.test(value.text));
}
