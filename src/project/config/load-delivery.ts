import { z } from 'zod';
import { invalidFiles } from '../../core/text/errors.js';
import { didYouMean } from '../../core/text/suggest.js';
import {
  type EnvironmentPolicy,
  environmentsSchema,
  type StateHome,
  stateHomeSchema,
} from '../../model/environment.js';
import { isRecord } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { isAppType } from '../../providers/contract/app-code.js';
import { problemOfFile } from '../../store/files/read-file.js';
import { DEFAULT_STATE, SIGNERS_FILE } from '../../store/state/signers-file.js';
import { readTextIfThere, resolveInside } from '../source/files.js';
import { parseYaml, type Source } from '../source/yaml-source.js';
import { check } from '../source/zod-problems.js';
import { type Vendor, vendorOf } from './vendors.js';

/** What llmci.yaml says of releases: where they may go, and where their state is kept. */
export interface DeliveryConfig {
  readonly environments: ReadonlyMap<string, EnvironmentPolicy>;
  /** A folder by its path from the root, a branch of git, or a database. */
  readonly state: StateHome;
  /** Whose own service a provider is, by its name; null for a service that has models and days of its own. */
  readonly vendorOf: (provider: string) => Vendor | null;
  /** Whether an app of the user's answers for a provider, by its name. */
  readonly isApp: (provider: string) => boolean;
  /** The file that says whose signatures count, in git's own format; null for none. */
  readonly signers: { readonly path: string; readonly text: string } | null;
}

const FILE = 'llmci.yaml';
const deliverySchema = z.strictObject({
  environments: environmentsSchema.optional(),
  state: stateHomeSchema.optional(),
});

/**
 * Reads `environments` and `state` of llmci.yaml, and nothing else of it: a rollback is not kept waiting by a provider
 * that is written wrong. Throws `invalid-files`.
 */
export async function loadDelivery(root: string): Promise<DeliveryConfig> {
  const problems: Problem[] = [];
  const config = await readDelivery(root, problems);
  const signers = await readSigners(root, config.state, problems);
  if (problems.length > 0) throw invalidFiles(problems);
  return { ...config, signers };
}

/** Where the state is in no folder of the project, the file is in the default one: there it is reviewed as code is. */
async function readSigners(root: string, state: StateHome, problems: Problem[]): Promise<DeliveryConfig['signers']> {
  const path = `${typeof state === 'string' ? state : DEFAULT_STATE}/${SIGNERS_FILE}`;
  try {
    const text = await readTextIfThere(root, resolveInside(root, FILE, path));
    return text === null ? null : { path, text };
  } catch (error) {
    problems.push(problemOfFile(path, error));
    return null;
  }
}

async function readDelivery(root: string, problems: Problem[]): Promise<Omit<DeliveryConfig, 'signers'>> {
  const nothing: Omit<DeliveryConfig, 'signers'> = {
    environments: new Map(),
    state: DEFAULT_STATE,
    vendorOf: vendorsIn(undefined),
    isApp: appsIn(undefined),
  };
  try {
    const text = await readTextIfThere(root, FILE);
    if (text === null) return nothing;
    const { data, source, problems: faults } = parseYaml(FILE, text);
    problems.push(...faults);
    if (faults.length > 0 || !isRecord(data)) return nothing;
    const part = { environments: withoutKeys(data['environments']), state: data['state'] };
    const checked = check(deliverySchema, part, source, problems);
    if (checked === null) return nothing;
    const environments = new Map(Object.entries(checked.environments ?? {}));
    checkEnvironments(environments, source, problems);
    const { state = DEFAULT_STATE } = checked;
    return {
      environments,
      state: typeof state === 'string' ? resolveInside(root, FILE, state) : state,
      vendorOf: vendorsIn(data['providers']),
      isApp: appsIn(data['providers']),
    };
  } catch (error) {
    problems.push(problemOfFile(FILE, error));
    return nothing;
  }
}

/** Keys of environments are no matter of releases: nothing of them gets near a ledger, and none is waited for. */
function withoutKeys(environments: unknown): unknown {
  if (!isRecord(environments)) return environments;
  return Object.fromEntries(
    Object.entries(environments).map(([name, environment]) => {
      if (!isRecord(environment)) return [name, environment];
      const { providers: _, ...policy } = environment;
      return [name, policy];
    }),
  );
}

/** By what llmci.yaml says of providers, whether the rest of that is right or not. */
function vendorsIn(providers: unknown): DeliveryConfig['vendorOf'] {
  return (name) => {
    const own = isRecord(providers) ? providers[name] : undefined;
    if (!isRecord(own)) return own === undefined ? vendorOf(name, undefined) : null;
    return vendorOf(typeof own['type'] === 'string' ? own['type'] : name, own['baseUrl']);
  };
}

function appsIn(providers: unknown): DeliveryConfig['isApp'] {
  return (name) => {
    const own = isRecord(providers) ? providers[name] : undefined;
    return isRecord(own) && typeof own['type'] === 'string' && isAppType(own['type']);
  };
}

/** What a schema cannot say: where releases come from is there, and does not come from where they go. */
export function checkEnvironments(
  environments: ReadonlyMap<string, EnvironmentPolicy>,
  source: Source,
  problems: Problem[],
): void {
  for (const [name, { from, soak }] of environments) {
    const report = (key: string, message: string) =>
      void problems.push({ ...source.at(['environments', name, key]), message });
    if (from === undefined) {
      if (soak !== undefined) report('soak', 'a soak is in another environment: it needs a `from` beside it');
    } else if (!environments.has(from)) {
      report('from', `there is no environment called ${from}${didYouMean(from, environments.keys())}`);
    } else if (cameFrom(name, environments).includes(name)) {
      report('from', `${name} comes from itself: ${[name, ...cameFrom(name, environments)].join(' from ')}`);
    }
  }
}

/** The environments that a release has been through before it gets to one, the nearest first. */
function cameFrom(name: string, environments: ReadonlyMap<string, EnvironmentPolicy>): readonly string[] {
  const through: string[] = [];
  for (let from = environments.get(name)?.from; from !== undefined; from = environments.get(from)?.from) {
    if (through.includes(from)) break;
    through.push(from);
  }
  return through;
}
