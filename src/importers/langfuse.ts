import type { Json } from '../model/json.js';
import type { PromptDraft } from './draft/draft.js';
import { Names, slug } from './draft/names.js';
import { writeDraft } from './draft/write-draft.js';
import { Findings, NOT_EVALUATED, nothingOf } from './import-findings.js';
import { defineImporter, type Imported, type SourceFile, type SourceFiles } from './importer.js';
import { isUnreadable, type Located, memberOf, numberOf, parseLocated, textOfLocated } from './located.js';
import { type MessageDraft, type MessagesDraft, NoMessage, readChat, type Translate } from './messages.js';
import { isAsked, readAsked } from './openai/prompt-object.js';
import { readModel } from './prompt-model.js';
import { type Converted, isFault } from './templates/converted.js';
import { jinjaToLiquid } from './templates/jinja.js';
import { refuseTemplate, translateWith } from './translate.js';

/** What Langfuse's API returns of a prompt. */
const KNOWN = new Set([
  ...['name', 'prompt', 'version', 'type', 'labels', 'config', 'tags', 'commitMessage', 'id', 'projectId'],
  ...['createdAt', 'updatedAt', 'createdBy', 'isActive', 'resolutionGraph'],
]);

export const langfuse = defineImporter({
  format: 'langfuse',
  describe: 'exported prompts as JSON: of each name the one labelled production',
  isSource: (path) => /\.json$/.test(path),
  read: readExport,
});

async function readExport(source: SourceFile, files: SourceFiles): Promise<Imported> {
  const root = parseLocated(source.path, source.text);
  if (isUnreadable(root)) return nothingOf(root);
  const findings = new Findings();
  const all = promptsIn(root, 0);
  if (all.length === 0)
    findings.refuse('file', root.place, 'it holds no prompt of Langfuse (`name`, `prompt`, `version`)');
  const providers: Record<string, Json> = {};
  const names = new Names();
  const prompts: PromptDraft[] = [];
  for (const versions of byName(all)) {
    const chosen = choose(versions, findings);
    const own = findings.ofPart();
    const file = chosen && (await readPrompt(chosen, { findings: own, files }, providers));
    if (chosen && file) prompts.push({ id: names.unique(slug(nameOf(chosen), 'prompt')), file, places: own.places });
  }
  if (prompts.length > 0) findings.change('prompts', root.place, NOT_EVALUATED);
  const draft = { source: source.path, format: 'langfuse', prompts, suites: [], providers, judge: null };
  return { files: writeDraft(draft), report: findings.all() };
}

function promptsIn(value: Located, depth: number): readonly Located[] {
  if (value.members.has('prompt') && value.members.has('name')) return [value];
  if (depth > 3) return [];
  return [...value.items, ...[...value.members.values()].map((member) => member.value)].flatMap((inner) =>
    promptsIn(inner, depth + 1),
  );
}

function byName(all: readonly Located[]): readonly (readonly Located[])[] {
  const groups = new Map<string, Located[]>();
  for (const prompt of all) groups.set(nameOf(prompt), [...(groups.get(nameOf(prompt)) ?? []), prompt]);
  return [...groups.values()];
}

function nameOf(prompt: Located): string {
  return textOfLocated(memberOf(prompt, 'name')) ?? '';
}

function versionOf(prompt: Located): number {
  return numberOf(memberOf(prompt, 'version')) ?? 0;
}

/** The version that apps get, which is the one labelled production: an export may hold only the newest. */
function choose(versions: readonly Located[], findings: Findings): Located | undefined {
  const live = versions.filter((each) =>
    (memberOf(each, 'labels')?.items ?? []).some((label) => label.data === 'production'),
  );
  const [chosen] = [...(live.length > 0 ? live : versions)].sort((a, b) => versionOf(b) - versionOf(a));
  for (const other of versions) {
    if (other !== chosen)
      findings.refuse(
        `prompt ${nameOf(other)} version ${versionOf(other)}`,
        other.place,
        'git keeps versions: one is taken over',
      );
  }
  if (chosen && live.length === 0)
    findings.change(
      `prompt ${nameOf(chosen)}`,
      chosen.place,
      `version ${versionOf(chosen)} is the highest of this export, and not labelled production: what your app gets may be another. Export the version with that label, and compare`,
    );
  return chosen;
}

async function readPrompt(
  prompt: Located,
  reading: { readonly findings: Findings; readonly files: SourceFiles },
  providers: Record<string, Json>,
): Promise<PromptDraft['file'] | null> {
  const { findings } = reading;
  const what = `prompt ${nameOf(prompt)}`;
  const messages = messagesOf(prompt, what, findings);
  if (messages === null) return null;
  findings.take(what, prompt.place, `version ${versionOf(prompt)}`);
  findings.mark('', prompt.place);
  const config = memberOf(prompt, 'config');
  const model = readModel(memberOf(config, 'model') ?? memberOf(config, 'modelName'), findings, providers);
  if (model === undefined)
    findings.refuse(
      `${what}: model`,
      config?.place ?? prompt.place,
      'its `config` names none that llmci can ask: give the prompt a `model`, or a suite `models`',
    );
  for (const [key, { place }] of config?.members ?? []) {
    if (isAsked(key) || key === 'model' || key === 'modelName') continue;
    findings.refuse(
      `config ${key}`,
      place,
      '`config` holds what an app reads: keep it in the app, or in `extra` of `modelParameters`',
    );
  }
  const labels = (memberOf(prompt, 'labels')?.items ?? []).flatMap((label) => textOfLocated(label) ?? []);
  const others = labels.filter((label) => label !== 'production' && label !== 'latest');
  const labelled = prompt.members.get('labels');
  if (labelled && others.length > 0)
    findings.refuse(
      'labels',
      labelled.place,
      `${others.join(', ')}: environments are what labels are here; \`promote\` puts a release into them (docs/guide/releases.md)`,
    );
  for (const [key, { place, value }] of prompt.members) {
    if (key === 'tags' && value.items.length > 0) findings.refuse(key, place, 'tags belong to cases here');
    else if (key === 'commitMessage' && textOfLocated(value)) findings.refuse(key, place, 'git has messages');
    else if (!KNOWN.has(key) && value.data !== null)
      findings.refuse(`key ${key}`, place, 'it is none that Langfuse writes, and nothing here reads it');
  }
  return {
    name: nameOf(prompt),
    description: `was version ${versionOf(prompt)} at Langfuse`,
    ...(model === undefined ? {} : { model }),
    ...(config ? await readAsked(reading, config) : {}),
    messages,
  };
}

function messagesOf(prompt: Located, what: string, findings: Findings): MessagesDraft | null {
  const written = memberOf(prompt, 'prompt');
  const notes = new Set<string>();
  const translate = translateWith(toLiquid, notes);
  try {
    const text = textOfLocated(written);
    const messages: MessagesDraft =
      written && text !== undefined
        ? [{ role: 'user', content: translate(text, written) }]
        : (written?.items ?? []).flatMap((item) => readItem(item, translate));
    if (written && text !== undefined)
      notes.add('a prompt of text became what the user says; what the system says is a message of its own');
    if (notes.size > 0) findings.change(what, written?.place ?? prompt.place, [...notes].join('; '));
    if (messages.length > 0) return messages;
    findings.refuse(what, prompt.place, 'it has no text and no messages');
  } catch (error) {
    refuseTemplate(error, what, findings);
  }
  return null;
}

const RENDERED_BY_APP =
  'Langfuse fills in `{{ name }}` alone; `{% … %}` and `{# … #}` were read as the Jinja of an app that renders it';

/** Texts of Langfuse: names in two braces, or in three as its JavaScript SDK takes them too. */
function toLiquid(text: string): Converted {
  if (/@@@langfusePrompt:/.test(text))
    return { why: 'it puts another prompt into this one: write its text here', offset: text.indexOf('@@@') };
  const converted = jinjaToLiquid(text.replace(/\{\{\{(\s*[\w.]+\s*)\}\}\}/g, '{{ $1 }}'));
  if (isFault(converted) || !/\{[%#]/.test(text)) return converted;
  return { text: converted.text, notes: [...converted.notes, RENDERED_BY_APP] };
}

/** A message, or the place of messages that an app puts in. */
function readItem(item: Located, translate: Translate): readonly MessageDraft[] {
  const name = textOfLocated(memberOf(item, 'name'));
  if (textOfLocated(memberOf(item, 'type')) === 'placeholder' && name !== undefined) {
    if (!/^[\w-]+$/.test(name)) throw new NoMessage(`${name} is no name of a variable`, item);
    return [{ history: name }];
  }
  return readChat({ ...item, items: [item] }, translate);
}
