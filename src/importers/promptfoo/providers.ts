import { canonicalJson } from '../../core/text/canonical.js';
import type { Json } from '../../model/json.js';
import type { SourcePlace } from '../../model/problem.js';
import { slug } from '../draft/names.js';
import { type PromptSettings, promptSettings } from '../draft/prompt-settings.js';
import type { Findings } from '../import-findings.js';
import type { Places } from '../importer.js';
import { type Located, located, memberOf, textOfLocated } from '../located.js';
import { type ImportedModel, importModel } from '../models.js';
import { importOutputFormat } from '../output-format.js';
import { importParameters, isParameter } from '../parameters.js';
import { type Reading, readNamedData } from '../reading.js';
import { readTools } from '../tools.js';

/** Models that are asked in one way. */
export interface ModelGroup {
  readonly models: readonly string[];
  readonly asked: PromptSettings;
  /** Where its models, and what they are asked, stand. */
  readonly places: Places;
}

export interface FoundProviders {
  readonly groups: readonly ModelGroup[];
  /** For llmci.yaml. */
  readonly entries: Readonly<Record<string, Json>>;
}

const CODE = /^(python|exec|golang|ruby|package|file|js|javascript):|\.(js|cjs|mjs|ts|py|rb|go)(:|$)/i;

/** Providers that ask no single model: what llmci does in their place. */
const NO_MODEL: Readonly<Record<string, string>> = {
  'openai:assistant': 'llmci asks no assistants: write the instructions as a prompt',
  'openai:completion': 'llmci asks chat models; this API of completions is an old one',
  'openai:realtime': 'llmci asks for text, not in real time',
  bedrock: 'write an entry of type `openai` with the address of a gateway for Bedrock, or a program (`type: exec`)',
  vertex: 'write an entry of type `openai` with the address of Vertex, or use `google` with a key',
  huggingface: 'write an entry of type `openai` with the address of its router, https://router.huggingface.co/v1',
  replicate: 'write a program (`type: exec`)',
  cohere: 'write an entry of type `openai` with the address https://api.cohere.ai/compatibility/v1',
  azure: 'write an entry of type `openai` with `baseUrl` and `apiVersion`, as docs/reference/providers.md shows',
  azureopenai: 'write an entry of type `openai` with `baseUrl` and `apiVersion`, as docs/reference/providers.md shows',
};

/** The providers of a promptfoo file as models; those that ask in the same way stand together. */
export async function readProviders(reading: Reading, written: Located | undefined): Promise<FoundProviders> {
  const entries: Record<string, Json> = {};
  const groups = new Map<string, { models: string[]; asked: PromptSettings; findings: Findings }>();
  for (const provider of await listOf(reading, written)) {
    const { config, place } = provider;
    const findings = reading.findings.ofPart();
    const found = modelOf(provider, entries, reading.findings);
    const asked = await readAsked({ ...reading, findings }, config);
    const key = canonicalJson(asked as Json);
    const group = groups.get(key) ?? { models: [], asked, findings };
    groups.set(key, group);
    if (group.models.includes(found)) continue;
    group.findings.mark(`models.${group.models.length}`, place);
    if (group.models.length === 0) group.findings.mark('model', place);
    group.models.push(found);
  }
  const all = [...groups.values()].map(({ models, asked, findings }) => ({ models, asked, places: findings.places }));
  return { groups: all, entries };
}

interface WrittenProvider {
  readonly id: string;
  readonly config: Located | undefined;
  readonly place: SourcePlace;
}

async function listOf(reading: Reading, written: Located | undefined): Promise<readonly WrittenProvider[]> {
  if (!written) return [];
  const items = written.items.length > 0 ? written.items : [written];
  const found: WrittenProvider[] = [];
  for (const item of items) {
    const text = textOfLocated(item);
    if (text?.startsWith('file://') && /\.(ya?ml|json)$/i.test(text)) {
      const data = await readNamedData(reading, `provider ${text}`, text, item.place);
      if (data) found.push(...(await listOf(reading, data)));
    } else if (text !== undefined) found.push({ id: text, config: undefined, place: item.place });
    else found.push(...providersIn(item, reading));
  }
  return found;
}

/** A provider as a mapping: with an `id`, or by its id as the only key. */
function providersIn(item: Located, { findings }: Reading): readonly WrittenProvider[] {
  const id = textOfLocated(memberOf(item, 'id'));
  if (id !== undefined) {
    for (const [key, { place }] of item.members) {
      if (['id', 'config', 'label'].includes(key)) continue;
      findings.refuse(`provider ${key}`, place, PARTS[key] ?? 'llmci has no such setting of a provider');
    }
    return [{ id, config: memberOf(item, 'config'), place: item.place }];
  }
  return [...item.members].map(([name, { place, value }]) => ({
    id: textOfLocated(memberOf(value, 'id')) ?? name,
    config: memberOf(value, 'config') ?? value,
    place,
  }));
}

const PARTS: Readonly<Record<string, string>> = {
  transform: 'code is never run by an import; `output: $.path` of a provider of type `http` takes a part of an answer',
  prompts: 'each prompt is asked of each model; write a suite for each pair that you want',
  delay: '`requestsPerMinute` of the provider in llmci.yaml sets its pace',
  env: 'keys come from the environment: `apiKey: env:NAME` in llmci.yaml',
};

/** What the models of a suite name it by; what its provider needs goes into `entries`. */
function modelOf(written: WrittenProvider, entries: Record<string, Json>, findings: Findings): string {
  const { id, config, place } = written;
  const what = `provider ${id}`;
  const named = modelNamed(id);
  if (named && !hasOwnAddress(config)) {
    findings.take(what, place, `\`${named.model}\``);
    if (named.provider) entries[named.provider.name] = named.provider.entry;
    return named.model;
  }
  if (/^https?:\/\/\S+$/.test(id) || id === 'http' || id === 'https') return httpApp(written, entries, findings);
  if (named) return ownAddress(named, written, entries, findings);
  const [service = ''] = id.split(':');
  const isCode = CODE.test(id);
  const name = slug(isCode ? id.replace(/^\w+:(\/\/)?/, '').replace(/\.\w+(:.*)?$/, '') : service, 'app');
  const advice = isCode
    ? 'code is never run by an import'
    : (NO_MODEL[id.split(':').slice(0, 2).join(':')] ?? NO_MODEL[service] ?? 'llmci knows no such service');
  findings.refuse(
    what,
    place,
    `${advice}. The entry \`${name}\` of llmci.yaml holds its place: make \`./${name}\` a program that reads a request and writes an answer (docs/reference/providers.md), or name another provider`,
  );
  entries[name] = { type: 'exec', command: [`./${name}`] };
  return name;
}

/** `openai:chat:gpt-4o`, `anthropic:messages:claude-…`, `ollama:llama3`: a service, perhaps a kind of API, and a model. */
function modelNamed(id: string): ImportedModel | null {
  if (/-sdk$|:agents?:/.test(id)) return null; // agents, which are no models
  if (id === 'echo') return { model: 'echo', provider: null };
  const [service = '', ...rest] = id.split(':');
  const kind = rest.length > 1 || KINDS.has(rest[0] ?? '') ? rest[0] : undefined;
  if (kind !== undefined && !KINDS.has(kind)) {
    // A model of its own name with a colon in it, as Ollama and fine-tuned ones have
    if (NO_MODEL[`${service}:${kind}`] || /^(embedding|image|moderation|transcription|speech)/.test(kind)) return null;
    return importModel(service, rest.join(':'));
  }
  return importModel(service, (kind === undefined ? rest : rest.slice(1)).join(':'));
}

const KINDS = new Set(['chat', 'messages', 'responses', 'completions']);

function hasOwnAddress(config: Located | undefined): boolean {
  return ['apiBaseUrl', 'apiHost'].some((key) => textOfLocated(memberOf(config, key)) !== undefined);
}

function ownAddress(
  named: ImportedModel,
  { id, config, place }: WrittenProvider,
  entries: Record<string, Json>,
  findings: Findings,
): string {
  const what = `provider ${id}`;
  const [, model = ''] = /^[^/]+\/([\s\S]*)$/.exec(named.model) ?? [];
  const [own = 'openai'] = named.model.split('/');
  const host = textOfLocated(memberOf(config, 'apiHost'));
  const baseUrl = textOfLocated(memberOf(config, 'apiBaseUrl')) ?? `https://${host}/v1`;
  if (!/^https?:\/\/[^{}\s]+$/.test(baseUrl)) {
    findings.change(what, place, `its address ${baseUrl} is no URL: \`${named.model}\` is asked at its usual one`);
    if (named.provider) entries[named.provider.name] = named.provider.entry;
    return named.model;
  }
  const name = `${own}-${slug(baseUrl.replace(/^https?:\/\//, ''), 'gateway')}`;
  const key = textOfLocated(memberOf(config, 'apiKeyEnvar'));
  entries[name] = {
    type: own === 'anthropic' ? 'anthropic' : 'openai',
    baseUrl,
    ...(key && /^\w+$/.test(key) ? { apiKey: `env:${key}` } : {}),
  };
  findings.change(what, place, `\`${name}/${model}\`; say where its key is (\`apiKey: env:NAME\`) in llmci.yaml`);
  return `${name}/${model}`;
}

function httpApp({ id, config, place }: WrittenProvider, entries: Record<string, Json>, findings: Findings): string {
  const url = textOfLocated(memberOf(config, 'url')) ?? id;
  const isUrl = /^https?:\/\/[^\s{}]+$/.test(url);
  const name = slug(isUrl ? url.replace(/^https?:\/\//, '') : 'app', 'app');
  const path = /^(?:json|\(json\))((?:\.\w+|\[\d+\])+)$/.exec(
    textOfLocated(memberOf(config, 'transformResponse')) ?? textOfLocated(memberOf(config, 'responseParser')) ?? '',
  )?.[1];
  entries[name] = {
    type: 'http',
    url: isUrl ? url : 'http://127.0.0.1:3000/',
    ...(path ? { output: `$${path}` } : {}),
  };
  const left = ['body', 'headers', 'method', 'transformResponse', 'request', 'queryParams'].filter(
    (key) => memberOf(config, key) && !(path && key === 'transformResponse'),
  );
  const more = left.length > 0 ? `; write its ${left.join(', ')} into llmci.yaml (docs/reference/providers.md)` : '';
  findings.change(
    `provider ${id}`,
    place,
    `the app \`${name}\` in llmci.yaml${isUrl ? '' : ', whose address is yet to be given'}${more}`,
  );
  return name;
}

/** Settings of a provider that are no parameters. */
const SETTINGS: Readonly<Record<string, string>> = {
  apiKey: 'a key is never written down: `apiKey: env:NAME` in llmci.yaml',
  organization: '`headers` of the provider in llmci.yaml',
};
/** Those that the provider itself has used. */
const KNOWN = new Set([
  'apiBaseUrl',
  'apiHost',
  'apiKeyEnvar',
  'url',
  'body',
  'headers',
  'method',
  'transformResponse',
  'responseParser',
  'request',
  'queryParams',
  'tools',
  'response_format',
  'id',
  'config',
  'label',
]);

async function readAsked(reading: Reading, config: Located | undefined): Promise<PromptSettings> {
  if (!config) return {};
  const { findings } = reading;
  const parameters = importParameters(config.members, findings);
  for (const [key, { place }] of config.members) {
    if (isParameter(key) || KNOWN.has(key)) continue;
    findings.refuse(`setting ${key}`, place, SETTINGS[key] ?? '`extra` of `modelParameters` sends it to the service');
  }
  const tools = await readTools(reading, memberOf(config, 'tools'));
  const output = importOutputFormat(memberOf(config, 'response_format') ?? located(null, config.place), findings);
  return promptSettings({ parameters, tools, output });
}
