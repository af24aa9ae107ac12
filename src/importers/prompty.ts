import { isRecord, type Json } from '../model/json.js';
import type { SourcePlace } from '../model/problem.js';
import { readAbout } from './about.js';
import { slug, stemOf } from './draft/names.js';
import { promptSettings } from './draft/prompt-settings.js';
import { writeDraft } from './draft/write-draft.js';
import { splitHead } from './frontmatter.js';
import { Findings, NOT_EVALUATED, nothingOf } from './import-findings.js';
import { defineImporter, type Imported, type SourceFile, type SourceFiles } from './importer.js';
import { isUnreadable, type Located, located, memberOf, textOfLocated } from './located.js';
import type { MessagesDraft } from './messages.js';
import { importOutputFormat } from './output-format.js';
import { importParameters, isParameter } from './parameters.js';
import { readModel } from './prompt-model.js';
import type { Reading } from './reading.js';
import { jinjaToLiquid } from './templates/jinja.js';
import { readTools } from './tools.js';
import { NoTemplate, translateWith } from './translate.js';

export const prompty = defineImporter({
  format: 'prompty',
  describe: 'Prompty files of both generations: head, inputs, roles and Jinja',
  isSource: (path) => /\.prompty$/.test(path),
  read: readPrompty,
});

async function readPrompty(source: SourceFile, files: SourceFiles): Promise<Imported> {
  const split = splitHead(source.path, source.text);
  if (isUnreadable(split)) return nothingOf(split);
  const findings = new Findings();
  const { head, body, place } = split;
  const threads = inputsOf(head)
    .filter(({ kind }) => kind === 'thread')
    .map(({ name }) => name);
  const messages = messagesOf(body, place, threads, findings);
  if (messages === null) return { files: [], report: findings.all() };
  const providers: Record<string, Json> = {};
  const model = modelOf(head, findings, providers);
  const asked = await readAsked({ findings, files }, head);
  const defaults = defaultsOf(head, findings);
  tellOthers(head, findings);
  const about = readAbout(head, ['name', 'description'], findings);
  const file = {
    ...about,
    ...(model === undefined ? {} : { model }),
    ...asked,
    messages,
    ...(Object.keys(defaults).length > 0 ? { input: { defaults } } : {}),
  };
  findings.take('prompt', place);
  findings.mark('', place);
  findings.change('prompt', place, NOT_EVALUATED);
  const prompts = [{ id: slug(stemOf(source.path), 'prompt'), file, places: findings.places }];
  const draft = { source: source.path, format: 'prompty', prompts, suites: [], providers, judge: null };
  return { files: writeDraft(draft), report: findings.all() };
}

/** `system:` on a line of its own begins a message; so does `# system:`. */
const ROLE = /^[ \t]*#?[ \t]*(system|developer|user|assistant)(?:\[[^\]]*\])?[ \t]*:[ \t]*$/gim;

function messagesOf(
  body: string,
  place: SourcePlace,
  threads: readonly string[],
  findings: Findings,
): MessagesDraft | null {
  const notes = new Set<string>();
  const translate = translateWith(jinjaToLiquid, notes);
  const messages: MessagesDraft = [];
  let role: 'system' | 'developer' | 'user' | 'assistant' = 'system';
  let done = 0;
  const take = (end: number) => {
    const written = body.slice(done, end);
    const before = body.slice(0, done + (/^\s*/.exec(written)?.[0].length ?? 0)).split('\n').length - 1;
    let text = written.trim();
    // A thread stands where the messages of a conversation do
    const thread = threads.find((name) => new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(text));
    if (thread !== undefined) text = text.replace(new RegExp(`\\{\\{\\s*${thread}\\s*\\}\\}`, 'g'), '').trim();
    if (text !== '')
      messages.push({ role, content: translate(text, located(text, { ...place, line: place.line + before })) });
    if (thread !== undefined) messages.push({ history: thread });
  };
  try {
    for (const match of body.matchAll(ROLE)) {
      take(match.index);
      done = match.index + match[0].length;
      role = (match[1] ?? 'system').toLowerCase() as typeof role;
    }
    take(body.length);
    if (messages.length === 0) {
      findings.refuse('prompt', place, 'it has no text');
      return null;
    }
    if (notes.size > 0) findings.change('template', place, [...notes].join('; '));
    return messages;
  } catch (error) {
    if (!(error instanceof NoTemplate)) throw error;
    findings.refuse('template', error.place, error.message);
    return null;
  }
}

interface Input {
  readonly name: string;
  readonly kind: string | undefined;
  readonly value: Located;
}

/** The inputs of both generations: a mapping by name, or a list with names. */
function inputsOf(head: Located): readonly Input[] {
  const inputs = memberOf(head, 'inputs');
  const listed = (inputs?.items ?? []).flatMap((item) => {
    const name = textOfLocated(memberOf(item, 'name'));
    return name === undefined ? [] : [{ name, kind: textOfLocated(memberOf(item, 'kind')), value: item }];
  });
  const mapped = [...(inputs?.members ?? [])].map(([name, { value }]) => ({
    name,
    kind: textOfLocated(memberOf(value, 'kind')) ?? textOfLocated(memberOf(value, 'type')),
    value,
  }));
  return [...listed, ...mapped].filter(({ name }) => /^[A-Za-z_]\w*$/.test(name));
}

function defaultsOf(head: Located, findings: Findings): Readonly<Record<string, Json>> {
  const found: Record<string, Json> = {};
  for (const { name, value } of inputsOf(head)) {
    const fallback = memberOf(value, 'default');
    if (fallback && fallback.data !== null) {
      found[name] = fallback.data;
      findings.take(`input ${name}`, value.place, '`input.defaults`');
      findings.mark(`input.defaults.${name}`, value.place);
    } else if (memberOf(value, 'sample') || memberOf(value, 'example'))
      findings.refuse(`sample of ${name}`, value.place, 'write a suite with it as a case');
    else findings.take(`input ${name}`, value.place);
  }
  const sample = memberOf(head, 'sample');
  if (sample && isRecord(sample.data))
    findings.refuse('sample', sample.place, 'write a suite with it as a case: `cases: [{ vars: … }]`');
  return found;
}

function modelOf(head: Located, findings: Findings, providers: Record<string, Json>): string | undefined {
  const model = memberOf(head, 'model');
  const configuration = memberOf(model, 'configuration');
  // The deployment of Azure is what a team calls it, most often as the model
  const written =
    (textOfLocated(model) === undefined ? undefined : model) ??
    memberOf(model, 'id') ??
    memberOf(configuration, 'name') ??
    memberOf(configuration, 'model') ??
    memberOf(configuration, 'azure_deployment') ??
    memberOf(configuration, 'deployment');
  const api = model?.members.get('api');
  if (api && textOfLocated(api.value) === 'chat') findings.take('api chat', api.place);
  else if (api) findings.refuse(`api ${textOfLocated(api.value)}`, api.place, 'messages are sent as a chat');
  const provider = textOfLocated(memberOf(model, 'provider')) ?? textOfLocated(memberOf(configuration, 'type'));
  const place = written?.place ?? model?.place ?? head.place;
  if (!written || /\$\{/.test(textOfLocated(written) ?? '')) {
    findings.refuse(
      'model',
      place,
      'it comes from the environment, or there is none: give the prompt a `model`, or a suite `models`',
    );
    return undefined;
  }
  if (provider && /azure|foundry/i.test(provider)) {
    findings.refuse(
      `model ${textOfLocated(written)}`,
      place,
      `it is asked at ${provider}: write an entry of type \`openai\` with \`baseUrl\` and \`apiVersion\` in llmci.yaml (docs/reference/providers.md), and give the prompt its \`model\``,
    );
    return undefined;
  }
  return readModel(written, findings, providers);
}

async function readAsked(reading: Reading, head: Located) {
  const { findings } = reading;
  const model = memberOf(head, 'model');
  const options = memberOf(model, 'parameters') ?? memberOf(model, 'options');
  const parameters = options ? importParameters(options.members, findings) : {};
  for (const [key, { place }] of options?.members ?? []) {
    if (!isParameter(key) && !['tools', 'response_format', 'tool_choice'].includes(key))
      findings.refuse(`parameter ${key}`, place, '`extra` of `modelParameters` sends it to the service');
  }
  const tools = await readTools(reading, memberOf(options, 'tools') ?? memberOf(head, 'tools'));
  const format = memberOf(options, 'response_format');
  const output = format ? importOutputFormat(format, findings) : undefined;
  return promptSettings({ parameters, tools, output });
}

const READ = new Set(['name', 'description', 'model', 'inputs', 'sample', 'tools', '$schema']);
const OTHERS: Readonly<Record<string, string>> = {
  authors: 'git has them; `owners` are who has to sign',
  tags: 'tags belong to cases here',
  version: 'git has versions, and releases are numbered',
  metadata: '`description` and `owners` are for people',
  outputs: '`output: { format: json, schema: … }` asks for a shape',
  template: 'templates are Liquid here: what Jinja had is turned into it',
  base: 'no prompt is based on another here: write its text',
};

function tellOthers(head: Located, findings: Findings): void {
  for (const [key, { place }] of head.members)
    if (!READ.has(key)) findings.refuse(`setting ${key}`, place, OTHERS[key] ?? 'a prompt of llmci has no such key');
}
