import { join } from 'node:path';
import { LlmciError } from '../core/errors.js';
import { count } from '../core/format.js';
import { type Plan, samplesOf } from '../core/plan.js';
import { redactSecrets } from '../core/redact.js';
import { requestFactory, sampleKey } from '../core/request.js';
import type { Project } from '../project/load.js';
import type { ProviderEntry } from '../project/load-config.js';
import { ProviderError } from '../providers/provider.js';
import { Cache } from '../store/cache.js';
import { Cassette } from '../store/cassette.js';
import { identityOf } from './answers.js';
import { Budget } from './budget.js';
import type { Execution } from './execution.js';
import { Lane } from './lane.js';
import type { RunOptions } from './run.js';
import { findSecrets, type Secrets } from './secrets.js';
import { Stop } from './stop.js';
import type { World } from './world.js';

/**
 * Gets everything ready that the calls of a plan need. Throws before anything is sent when a recording has nowhere to go
 * or a live call would lack its key.
 */
export async function prepareExecution(
  project: Project,
  plan: Plan,
  options: RunOptions,
  world: World,
  { stop = new Stop(), requireKeys = true }: { readonly stop?: Stop; readonly requireKeys?: boolean } = {},
): Promise<Execution> {
  const cassettes = await openCassettes(project.root, plan, options.mode);
  const used = new Set(plan.columns.map((column) => column.model.provider));
  const providers = new Map([...project.providers].filter(([name]) => used.has(name)));
  const secrets = findSecrets(providers.values(), project.root, world.env);
  const lanes = new Map(
    [...providers].map(([name, entry]) => [name, makeLane(entry, project, options, secrets, world)] as const),
  );
  stop.onCancel(() => {
    for (const lane of lanes.values()) lane.cancel();
  });
  const execution: Execution = {
    plan,
    providers,
    lanes,
    cassettes,
    cache: options.cache && options.mode !== 'replay' ? new Cache(join(options.out, 'cache')) : null,
    mode: options.mode,
    budget: new Budget({ ...project.config.budget, ...(options.budgetUsd === null ? {} : { usd: options.budgetUsd }) }),
    prices: project.config.prices,
    redact: redactSecrets(secrets.values.values()),
    stop,
  };
  if (options.mode !== 'replay' && requireKeys) await checkKeys(execution, secrets);
  return execution;
}

async function openCassettes(root: string, plan: Plan, mode: RunOptions['mode']): Promise<Execution['cassettes']> {
  const cassettes = new Map<string, Cassette>();
  for (const { id, cassette } of plan.suites) {
    if (cassette === null && mode === 'record') throw new LlmciError('record-without-cassette', { suite: id });
    if (cassette !== null && !cassettes.has(cassette)) cassettes.set(cassette, await Cassette.open(root, cassette));
  }
  return cassettes;
}

function makeLane(entry: ProviderEntry, project: Project, options: RunOptions, secrets: Secrets, world: World): Lane {
  const secret = (reference: string): string => {
    const value = secrets.values.get(reference);
    if (value === undefined) throw new ProviderError('auth', `${reference} is not set`);
    return value;
  };
  return new Lane({
    limits: { ...entry.limits, concurrency: options.concurrency ?? entry.limits.concurrency },
    timeoutMs: options.timeoutMs ?? project.config.timeoutMs,
    // The configuration was checked by this provider's own schema
    connect: async () =>
      entry.definition.create(entry.config as never, { name: entry.name, root: project.root, secret }),
    world,
  });
}

/** Throws `missing-key` when a provider lacks its key and some sample of it is neither recorded nor cached. */
async function checkKeys(execution: Execution, secrets: Secrets): Promise<void> {
  for (const [name, reference] of secrets.missing) {
    let samples = 0;
    let live = 0;
    for (const [index, column] of execution.plan.columns.entries()) {
      const provider = execution.providers.get(column.model.provider);
      if (column.model.provider !== name || !provider) continue;
      const request = requestFactory(column.prompt, column.model);
      const identity = identityOf(provider);
      const cassette = execution.cassettes.get(column.suite.cassette ?? '');
      for (const sample of samplesOf(execution.plan, [index])) {
        const key = sampleKey(identity, request(sample.case), sample.trial);
        samples++;
        if (!cassette?.find(key) && !(await execution.cache?.get(key))) live++;
      }
    }
    if (live === 0) continue;
    const what =
      live === samples ? 'none of its answers is recorded' : `${count(live, 'answer')} of ${samples} are not recorded`;
    throw new LlmciError('missing-key', { provider: name, reference: reference.replace(/^env:/, ''), what });
  }
}
