import { compileTemplate, type Render, TemplateError } from '../core/text/template.js';
import type { Json } from '../model/json.js';

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
 * Reads a JSON document whose strings are Liquid templates. A string stays a string, whatever it is rendered from;
 * keys are taken as they are. Throws TemplateError when a string does not parse; what is returned, when one does not
 * render.
 */
export function compileBody(body: Json): RenderJson {
  if (typeof body === 'string') {
    const render: Render = compileTemplate(body);
    return render;
  }
  if (body === null || typeof body !== 'object') return () => body;
  if (Array.isArray(body)) {
    const items = body.map((item: Json) => compileBody(item));
    return (vars) => items.map((item) => item(vars));
  }
  const members = Object.entries(body).map(([key, member]) => [key, compileBody(member)] as const);
  return (vars) => Object.fromEntries(members.map(([key, member]) => [key, member(vars)]));
}
