import { findSecrets, secretsOfEnvironment } from '../calls/secrets.js';
import type { World } from '../calls/world.js';
import { knownSecrets } from '../core/text/redact.js';
import type { Project } from '../project/load.js';
import { openPrompts } from '../runtime/open-prompts.js';
import type { OpenOptions } from '../runtime/prompts.js';
import { openCallKey } from '../store/call-key.js';
import { CallIds } from './call-ids.js';
import { CallPrices } from './call-prices.js';
import type { CallListener } from './finished-call.js';
import { Gateway } from './gateway.js';
import { type Listening, listen } from './http-server.js';
import { Models } from './models.js';
import { Outcomes } from './outcomes.js';
import { PromptCalls } from './prompt-calls.js';
import { routesOf } from './routes.js';

export interface GatewayPlace {
  readonly environment: string;
  /** As llmci.yaml has it. */
  readonly state: NonNullable<OpenOptions['state']>;
  /** Where the last known state is kept, absolute. */
  readonly lastKnown: string;
  /** The file of the key by which calls are known again, absolute. */
  readonly callKey: string;
  readonly port: number;
}

/** Opens what is live in an environment, and serves it. Throws LlmciError when nothing is known of it. */
export async function openGateway(
  { root, config, providers }: Pick<Project, 'root' | 'config' | 'providers'>,
  { environment, state, lastKnown, callKey, port }: GatewayPlace,
  world: World,
  onFault: (error: unknown) => void,
): Promise<Listening> {
  const { values } = findSecrets(providers.values(), root, world.env);
  const known = knownSecrets([...values.values(), ...secretsOfEnvironment(world.env)]);
  const prompts = await openPrompts({ environment, state, lastKnown, cwd: root, onError: onFault });
  const models = new Models(providers, root, world, known);
  const release = async () => {
    await prompts.close();
    await models.close();
  };
  try {
    const prices = new CallPrices(providers, config.prices, world.date);
    // Whatever counts, scores or keeps calls is added here
    const listeners: readonly CallListener[] = [];
    const { timeoutMs } = config;
    const ids = new CallIds(await openCallKey(callKey));
    const calls = new PromptCalls({ prompts, models, prices, timeoutMs, world, ids, listeners, onFault });
    const outcomes = new Outcomes(ids, listeners, world.date);
    const gateway = new Gateway({ routes: routesOf({ prompts, calls, outcomes }), onFault });
    const listening = await listen(gateway, port);
    return {
      address: listening.address,
      close: async () => {
        await listening.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
