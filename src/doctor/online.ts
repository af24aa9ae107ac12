import { z } from 'zod';
import { readSecrets } from '../calls/read-secrets.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { nearestName } from '../core/text/suggest.js';
import { entriesByKey, type ProviderEntry } from '../providers/contract/entry.js';
import { describeService } from '../providers/transport/faults.js';
import { sdkFetch } from '../providers/transport/sdk-fetch.js';
import { type Check, type CheckFinding, type Examined, fault, modelsNamed, ok, warn } from './check.js';
import { placeOfKey } from './key-files.js';
import { askedProviders } from './keys.js';

const PATIENCE_MS = 20_000;
const listSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Asks services which models they have: GET /v1/models, which costs nothing. Only with --online. */
export const online: Check = {
  id: 'services',
  look: async (examined) => {
    const found: CheckFinding[] = [];
    const { providers, config } = examined.project;
    for (const name of askedProviders(examined)) {
      const entry = providers.get(name);
      if (entry) found.push(...(await askWithEach(entry, name, examined)));
      for (const [environment, own] of config.keysOf) {
        const keyed = own.get(name);
        if (keyed) found.push(...(await askWithEach(keyed, `${name} in ${environment}`, examined)));
      }
    }
    return found.length > 0 ? found : [ok('there is no service to ask')];
  },
};

/** Asks with every key of the entry: one that waits for its turn may be refused long before that comes. */
async function askWithEach(entry: ProviderEntry, who: string, examined: Examined): Promise<readonly CheckFinding[]> {
  const keys = entriesByKey(entry);
  const asked = keys.map((each) => {
    const { apiKey } = each.config;
    return askService(each, keys.length > 1 ? `${who} with ${placeOfKey(String(apiKey))}` : who, examined);
  });
  return (await Promise.all(asked)).flat();
}

async function askService(entry: ProviderEntry, who: string, examined: Examined): Promise<readonly CheckFinding[]> {
  const { name, definition } = entry;
  const wanted = modelsAt(name, examined);
  if (definition.type !== 'openai' && definition.type !== 'anthropic') return [];
  const { values, missing } = readSecrets([entry], examined.project.root, examined.env);
  if (missing.has(name)) return [];
  if (entry.config['auth'] === 'oidc')
    return [warn(`${who} is not asked: it is asked with the identity of a job`, 'Run it in that job.')];
  try {
    const known = await listModels(entry, [...values.values()], examined.env);
    const unknown = wanted.filter(
      (model) => !known.includes(model) && !known.some((id) => id.startsWith(`${model}-2`)),
    );
    if (unknown.length === 0) return [ok(`${who} answers, and has all models that are asked of it`)];
    return unknown.map((model) => {
      const guess = nearestName(model, known);
      return fault(
        `${who} has no model ${model} for this key${guess === null ? '' : ` (did you mean ${guess}?)`}`,
        'Name one that it has, or ask for access.',
      );
    });
  } catch (error) {
    return [
      fault(
        `${who} could not be asked for its models: ${(error as Error).message}`,
        'See that the address and the key are right, and that it can be reached from here.',
      ),
    ];
  }
}

function modelsAt(provider: string, examined: Examined): readonly string[] {
  const judge = examined.project.config.judge?.model.text;
  const all = [...modelsNamed(examined), ...(judge ? [judge] : [])].map(parseModelReference);
  return [...new Set(all.flatMap((each) => (each.provider === provider && each.model !== null ? [each.model] : [])))];
}

/** Throws an Error that names no key. */
async function listModels(
  { definition: { type }, config }: ProviderEntry,
  keys: readonly string[],
  env: Examined['env'],
): Promise<readonly string[]> {
  const given = typeof config['baseUrl'] === 'string' ? config['baseUrl'] : null;
  const base = (given ?? (type === 'openai' ? 'https://api.openai.com/v1' : 'https://api.anthropic.com')).replace(
    /\/+$/,
    '',
  );
  const url = type === 'openai' ? `${base}/models` : `${base.replace(/\/v1$/, '')}/v1/models?limit=1000`;
  const [key] = keys;
  const headers: Record<string, string> =
    key === undefined
      ? {}
      : type === 'openai'
        ? { authorization: `Bearer ${key}` }
        : { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
  const send = sdkFetch(describeService(base, keys), env);
  const response = await send(url, { method: 'GET', headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`it answers with status ${response.status}`);
  return listSchema.parse(await response.json()).data.map(({ id }) => id);
}
