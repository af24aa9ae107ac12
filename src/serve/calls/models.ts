import { openKeyed } from '../../calls/keyed-provider.js';
import { readSecrets } from '../../calls/read-secrets.js';
import type { World } from '../../calls/world.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import type { KnownSecrets } from '../../core/text/redact.js';
import type { Message } from '../../model/message.js';
import type { Answer } from '../../model/output.js';
import type { ModelReference, ModelRequest } from '../../model/request.js';
import type { Project } from '../../project/load.js';
import { admitAnswer } from '../../providers/contract/admit.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { mediaIn } from '../../providers/contract/media.js';
import type { Provider, ProviderCall } from '../../providers/contract/provider.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import type { Resolved } from '../../runtime/prompts.js';
import { ApiError } from '../http/api-error.js';
import { messagesFor } from './continuation.js';
import { finderIn } from './held-parts.js';

/** The services that a gateway calls for its clients. */
export class Models {
  readonly #providers: ReadonlyMap<string, ProviderEntry>;
  readonly #root: string;
  readonly #world: World;
  readonly #known: KnownSecrets;
  readonly #say: (message: string) => void;
  readonly #open = new Map<string, Promise<Provider>>();

  constructor(
    { providers, root }: Pick<Project, 'providers' | 'root'>,
    world: World,
    known: KnownSecrets,
    say: (message: string) => void,
  ) {
    this.#providers = providers;
    this.#root = root;
    this.#world = world;
    this.#known = known;
    this.#say = say;
  }

  /**
   * Asks once, without another try: the client knows best whether to ask again. Rejects with ProviderError, or ApiError
   * for a release that names no model of the gateway's.
   */
  async ask(
    { model, messages, media, parameters, tools, output, release }: Resolved,
    vars: ModelRequest['vars'],
    call: ProviderCall,
  ): Promise<Answer> {
    if (model === null) throw new ApiError(500, 'no_model', `${release} names no model`);
    const reference = parseModelReference(model);
    const provider = await this.#connected(reference, release);
    this.#requireTaken(reference, messages, release);
    await provider.ready?.(call.signal);
    const request = {
      ...{ model: reference.model, parameters, tools, output, vars },
      messages: messagesFor(model, messages),
    };
    const answer = admitAnswer(await provider.complete(request, media ? { ...call, media: finderIn(media) } : call));
    // Logs and telemetry tell of it, and it is the service's own word
    return answer.servedModel === null ? answer : { ...answer, servedModel: this.#known.redact(answer.servedModel) };
  }

  #requireTaken({ provider, model }: ModelReference, messages: readonly Message[], release: string): void {
    const { definition, config } = this.#providers.get(provider) ?? {};
    for (const { role, content } of messages) {
      for (const part of mediaIn(content)) {
        const fault = definition?.refusesPart?.({ part, role }, config as never, model);
        if (fault != null) throw new ApiError(400, 'unsupported_content', `${release} cannot be asked this: ${fault}`);
      }
    }
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    await Promise.allSettled(opened.map((each) => (each.status === 'fulfilled' ? each.value.close?.() : undefined)));
  }

  #connected({ provider: name }: ModelReference, release: string): Promise<Provider> {
    const entry = this.#providers.get(name);
    if (!entry)
      throw new ApiError(
        500,
        'no_provider',
        `${release} is for the provider ${name}, which was not in llmci.yaml when the gateway began: add it, and start the gateway anew`,
      );
    const known = this.#open.get(name) ?? this.#connect(entry);
    this.#open.set(name, known);
    // A key that is missing now may be there at the next call
    known.catch(() => this.#open.delete(name));
    return known;
  }

  async #connect(entry: ProviderEntry): Promise<Provider> {
    const lack = readSecrets([entry], this.#root, this.#world.env).missing.get(entry.name);
    if (lack) throw new ProviderError('auth', `${entry.name}: ${lack.lack}`);
    return openKeyed(entry, { root: this.#root, world: this.#world, known: this.#known }, this.#say);
  }
}
