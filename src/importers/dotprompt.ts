import { placeInText } from '../core/text/text-place.js';
import { isRecord, type Json } from '../model/json.js';
import type { SourcePlace } from '../model/problem.js';
import { readAbout } from './about.js';
import { slug, stemOf } from './draft/names.js';
import { writeDraft } from './draft/write-draft.js';
import { splitHead } from './frontmatter.js';
import { Findings, NOT_EVALUATED, nothingOf } from './import-findings.js';
import { defineImporter, type Imported, type SourceFile, type SourceFiles } from './importer.js';
import { isUnreadable, type Located, located, memberOf, textOfLocated } from './located.js';
import type { MessageDraft, MessagesDraft } from './messages.js';
import { importParameters, isParameter } from './parameters.js';
import { picoschemaToSchema } from './picoschema.js';
import { readModel } from './prompt-model.js';
import { pathNamed } from './reading.js';
import { NoEqual } from './templates/converted.js';
import { handlebarsToLiquid } from './templates/handlebars.js';
import { NoTemplate, translateWith } from './translate.js';
import { type SchemaDraft, usableSchema } from './usable-schema.js';

export const dotprompt = defineImporter({
  format: 'dotprompt',
  describe: '.prompt files: head, Picoschema, Handlebars, roles, partials',
  isSource: (path) => /(^|\/)[^_/][^/]*\.prompt$/.test(path),
  read: readDotprompt,
});

/** `{{role "system"}}`, `{{history}}` and `{{media url=photo}}`: what is no text, but the shape of the messages. */
const MARKS = /\{\{~?\s*(?:role\s+["'](\w+)["']|(history)|media\s+url=(\S+?)(?:\s+\w+=[^}]*)?)\s*~?\}\}/g;
const PARTIAL = /\{\{>\s*([\w-]+)\s*([^}]*)\}\}/g;
const ROLES: Readonly<Record<string, 'system' | 'user' | 'assistant'>> = {
  system: 'system',
  user: 'user',
  model: 'assistant',
};

async function readDotprompt(source: SourceFile, files: SourceFiles): Promise<Imported> {
  const split = splitHead(source.path, source.text);
  if (isUnreadable(split)) return nothingOf(split);
  const findings = new Findings();
  const { head, body, place } = split;
  const messages = await messagesOf(body, place, files, findings);
  if (messages === null) return { files: [], report: findings.all() };
  const providers: Record<string, Json> = {};
  const model = readModel(memberOf(head, 'model'), findings, providers);
  if (model === undefined)
    findings.refuse(
      'model',
      memberOf(head, 'model')?.place ?? place,
      'none that llmci can ask: give the prompt a `model`, or a suite `models`',
    );
  const config = memberOf(head, 'config');
  const parameters = config ? importParameters(config.members, findings) : {};
  tellOthers(head, findings);
  const input = memberOf(head, 'input');
  const schema = schemaOf(memberOf(input, 'schema'), findings);
  const defaults = memberOf(input, 'default')?.data;
  const written = isRecord(defaults) ? Object.entries(defaults).filter(([, value]) => value !== null) : [];
  const output = outputOf(memberOf(head, 'output'), findings);
  const told = memberOf(head, 'output');
  if (told && output) findings.mark('output', (memberOf(told, 'schema') ?? told).place);
  const variant = textOfLocated(memberOf(head, 'variant'));
  const file = {
    ...readAbout(head, ['description'], findings),
    ...(model === undefined ? {} : { model }),
    ...(Object.keys(parameters).length > 0 ? { modelParameters: parameters } : {}),
    messages,
    ...(schema || written.length > 0
      ? {
          input: {
            ...(schema ? { schema } : {}),
            ...(written.length > 0 ? { defaults: Object.fromEntries(written) as Record<string, Json> } : {}),
          },
        }
      : {}),
    ...(output ? { output } : {}),
  };
  findings.take('prompt', place);
  findings.mark('', place);
  if (defaults && input) findings.mark('input.defaults', memberOf(input, 'default')?.place ?? input.place);
  findings.change('prompt', place, NOT_EVALUATED);
  const id = slug(
    [textOfLocated(memberOf(head, 'name')) ?? stemOf(source.path), variant].filter(Boolean).join('-'),
    'prompt',
  );
  const draft = {
    source: source.path,
    format: 'dotprompt',
    prompts: [{ id, file, places: findings.places }],
    suites: [],
    providers,
    judge: null,
  };
  return { files: writeDraft(draft), report: findings.all() };
}

async function messagesOf(
  body: string,
  place: SourcePlace,
  files: SourceFiles,
  findings: Findings,
): Promise<MessagesDraft | null> {
  try {
    const messages = messagesIn(await withPartials(body, place, files, 0), place);
    if (messages.length > 0) return messages;
    findings.refuse('prompt', place, 'it has no text');
  } catch (error) {
    if (error instanceof NoTemplate) findings.refuse('template', error.place, error.message);
    else if (error instanceof NoEqual) findings.refuse('template', at(body, error.offset, place), error.message);
    else throw error;
  }
  return null;
}

/** Puts partials in, which stand beside the prompt as `_NAME.prompt`. Throws NoEqual for one that cannot be had. */
async function withPartials(body: string, place: SourcePlace, files: SourceFiles, depth: number): Promise<string> {
  let written = '';
  let done = 0;
  for (const match of body.matchAll(PARTIAL)) {
    const [part, name = '', options = ''] = match;
    if (options.trim() !== '') throw new NoEqual(`Liquid has no partial with values, as {{>${name} …}}`, match.index);
    const path = pathNamed(place.file, `_${name}.prompt`);
    const read = path === null || depth > 5 ? null : await files.read(path);
    if (path === null || read === null || 'why' in read)
      throw new NoEqual(`the partial _${name}.prompt cannot be read`, match.index);
    const inner = splitHead(path, read.text);
    const text = isUnreadable(inner) ? read.text : inner.body;
    written += body.slice(done, match.index) + (await withPartials(text, { ...place, file: path }, files, depth + 1));
    done = match.index + part.length;
  }
  return written + body.slice(done);
}

/** The messages of a template: a role begins one, history stands between, media is a part of one. Throws NoTemplate. */
function messagesIn(body: string, place: SourcePlace): MessagesDraft {
  const translate = translateWith(handlebarsToLiquid, new Set());
  const messages: MessageDraft[] = [];
  let role: 'system' | 'user' | 'assistant' = 'user';
  let parts: ({ text: string } | { image: string })[] = [];
  let done = 0;
  const take = (end: number) => {
    const text = body.slice(done, end);
    if (text.trim() !== '') parts.push({ text: translate(text, located(text, at(body, done, place))) });
  };
  const close = () => {
    const content = contentOf(parts);
    if (content !== null) messages.push({ role, content });
    parts = [];
  };
  for (const match of body.matchAll(MARKS)) {
    const [mark, named, history, media] = match;
    take(match.index);
    done = match.index + mark.length;
    if (media !== undefined) {
      const url = /^["']/.test(media)
        ? media.slice(1, -1)
        : translate(`{{${media}}}`, located(media, at(body, match.index, place)));
      if (url !== '') parts.push({ image: url });
      continue;
    }
    close();
    if (history) messages.push({ history: 'messages' });
    else role = roleNamed(named ?? '', at(body, match.index, place));
  }
  take(body.length);
  close();
  return messages;
}

function roleNamed(name: string, place: SourcePlace): 'system' | 'user' | 'assistant' {
  const role = Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
  if (role === undefined) throw new NoTemplate(`llmci knows no role ${name}`, place);
  return role;
}

function contentOf(parts: readonly ({ text: string } | { image: string })[]) {
  const [only] = parts;
  if (!only) return null;
  return parts.length === 1 && 'text' in only ? only.text.trim() : [...parts];
}

function at(body: string, offset: number, place: SourcePlace): SourcePlace {
  const { line, column } = placeInText(body, offset);
  return { ...place, line: place.line + line - 1, column };
}

function schemaOf(written: Located | undefined, findings: Findings): SchemaDraft | null {
  if (!written || written.data === null) return null;
  try {
    const read = usableSchema(picoschemaToSchema(written.data));
    if ('schema' in read) {
      findings.take('schema', written.place);
      return read.schema;
    }
    findings.refuse('schema', written.place, read.why);
  } catch (error) {
    findings.refuse(
      'schema',
      written.place,
      `${error instanceof Error ? error.message : 'it cannot be read'}: write it as a JSON Schema`,
    );
  }
  return null;
}

function outputOf(written: Located | undefined, findings: Findings) {
  const schema = schemaOf(memberOf(written, 'schema'), findings);
  const format = textOfLocated(memberOf(written, 'format'));
  // Optional fields are none in the strict mode of services
  if (schema) return { format: 'json' as const, schema, strict: false };
  if (format === 'json') return { format: 'json' as const };
  if (written && format !== undefined && format !== 'text')
    findings.refuse(`output ${format}`, written.place, 'llmci knows `text` and `json`');
  return undefined;
}

const READ = new Set(['name', 'variant', 'model', 'config', 'input', 'output', 'description']);

function tellOthers(head: Located, findings: Findings): void {
  for (const [key, { place }] of head.members) {
    if (READ.has(key)) continue;
    findings.refuse(
      `setting ${key}`,
      place,
      key === 'tools'
        ? 'the file has only the names of tools: write `tools` with their parameters'
        : 'a prompt of llmci has no such key',
    );
  }
  for (const [key, { place }] of memberOf(head, 'config')?.members ?? [])
    if (!isParameter(key))
      findings.refuse(`config ${key}`, place, '`extra` of `modelParameters` sends it to the service');
}
