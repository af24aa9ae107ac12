import type { Json } from '../model/json.js';

/** A service that speaks OpenAI's API, as an entry of `providers` in llmci.yaml. */
interface Service {
  readonly baseUrl: string;
  /** The variable that its key is in; none for a server of one's own. */
  readonly key: string | null;
}

/** Services that other tools know by a name, and llmci as `type: openai` with an address. */
const SERVICES: Readonly<Record<string, Service>> = {
  ollama: { baseUrl: 'http://127.0.0.1:11434/v1', key: null },
  groq: { baseUrl: 'https://api.groq.com/openai/v1', key: 'GROQ_API_KEY' },
  mistral: { baseUrl: 'https://api.mistral.ai/v1', key: 'MISTRAL_API_KEY' },
  openrouter: { baseUrl: 'https://openrouter.ai/api/v1', key: 'OPENROUTER_API_KEY' },
  togetherai: { baseUrl: 'https://api.together.xyz/v1', key: 'TOGETHER_API_KEY' },
  fireworks: { baseUrl: 'https://api.fireworks.ai/inference/v1', key: 'FIREWORKS_API_KEY' },
  deepseek: { baseUrl: 'https://api.deepseek.com/v1', key: 'DEEPSEEK_API_KEY' },
  xai: { baseUrl: 'https://api.x.ai/v1', key: 'XAI_API_KEY' },
  cerebras: { baseUrl: 'https://api.cerebras.ai/v1', key: 'CEREBRAS_API_KEY' },
  perplexity: { baseUrl: 'https://api.perplexity.ai', key: 'PERPLEXITY_API_KEY' },
  google: { baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai', key: 'GEMINI_API_KEY' },
  github: { baseUrl: 'https://models.github.ai/inference', key: 'GITHUB_TOKEN' },
};

const OTHER_NAMES: Readonly<Record<string, string>> = { together: 'togetherai', gemini: 'google', googleai: 'google' };

/** A model as suites name it, and the entry that its provider needs in llmci.yaml; null for those that are built in. */
export interface ImportedModel {
  readonly model: string;
  readonly provider: { readonly name: string; readonly entry: Readonly<Record<string, Json>> } | null;
}

/** The model of a service that llmci can ask; null when it knows no such service. */
export function importModel(service: string, model: string): ImportedModel | null {
  const name = OTHER_NAMES[service] ?? service;
  if (model === '') return null;
  if (name === 'openai' || name === 'anthropic') return { model: `${name}/${model}`, provider: null };
  const known = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  if (!known) return null;
  const { baseUrl, key } = known;
  const entry = { type: 'openai', baseUrl, ...(key === null ? {} : { apiKey: `env:${key}` }) };
  return { model: `${name}/${model}`, provider: { name, entry } };
}

/** The service of a model that is named alone, by what its maker calls its models; null for names that tell nothing. */
function serviceOf(model: string): string | null {
  if (/^(gpt-|o\d|chatgpt-|ft:gpt|codex)/i.test(model)) return 'openai';
  if (/^claude/i.test(model)) return 'anthropic';
  if (/^gemini/i.test(model)) return 'google';
  if (/^(mistral|ministral|codestral|magistral)/i.test(model)) return 'mistral';
  if (/^deepseek/i.test(model)) return 'deepseek';
  return /^grok/i.test(model) ? 'xai' : null;
}

/** A model as a prompt file names it: `provider/model`, or alone. Null when llmci knows no service that has it. */
export function modelNamed(written: string): ImportedModel | null {
  const [, service = '', model = ''] = /^([\w-]+)\/(.+)$/.exec(written) ?? [];
  if (service === '') return importModel(serviceOf(written) ?? '', written);
  return importModel(OWNERS[service] ?? service, model);
}

/** What catalogues call the makers of models. */
const OWNERS: Readonly<Record<string, string>> = {
  'azure-openai': 'openai',
  azure_openai: 'openai',
  vertexai: 'google',
  'mistral-ai': 'mistral',
};

/** What a model is called that the user has yet to name. */
export const UNNAMED = 'model-to-name';

/** What stands for a model that llmci cannot ask: a program that is not there yet, so that a run fails and asks no other. */
export function placeholderModel(name: string): ImportedModel {
  return { model: name, provider: { name, entry: { type: 'exec', command: [`./${name}`] } } };
}
