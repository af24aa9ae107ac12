import { findSecrets, secretsOfEnvironment } from '../calls/secrets.js';
import type { World } from '../calls/world.js';
import { knownSecrets } from '../core/text/redact.js';
import type { Project } from '../project/load.js';
import { openPrompts } from '../runtime/open-prompts.js';
import type { OpenOptions } from '../runtime/prompts.js';
import { Gateway } from './gateway.js';
import { type Listening, listen } from './http-server.js';
import { Models } from './models.js';

export interface GatewayPlace {
  readonly environment: string;
  /** As llmci.yaml has it. */
  readonly state: NonNullable<OpenOptions['state']>;
  /** Where the last known state is kept, absolute. */
  readonly lastKnown: string;
  readonly port: number;
}

/** Opens what is live in an environment, and serves it. Throws LlmciError when nothing is known of it. */
export async function openGateway(
  { root, config, providers }: Pick<Project, 'root' | 'config' | 'providers'>,
  { environment, state, lastKnown, port }: GatewayPlace,
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
    const gateway = new Gateway({ prompts, models, timeoutMs: config.timeoutMs, world, onFault });
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
