import { randomUUID } from 'node:crypto';
import { promptFromAsked } from '../core/requests/asked-prompt.js';
import { MessageError } from '../core/requests/message-error.js';
import { messagesFactory } from '../core/requests/request.js';
import { chooseArm, type Division } from '../core/rollouts/choose-arm.js';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import { TemplateError } from '../core/text/template.js';
import type { Served, Snapshot } from '../model/snapshot.js';
import type { Resolved, ResolveOptions, Rollouts } from './prompts.js';

type Render = (options: ResolveOptions<object>) => Omit<Resolved, 'arm' | 'rollout'>;

/** A release as it is served, ready to be filled in. */
interface Compiled {
  readonly served: Served;
  readonly render: Render;
}

interface Entry {
  readonly live: Compiled;
  readonly rollout: (Division & { readonly candidate: Compiled }) | null;
}

/** That one arm of a rollout cannot be filled in with what the other can be: a fault of that release, and of no client. */
export class OneArmError extends LlmciError {
  /** What was to be sent, without any message. */
  readonly resolved: Resolved;

  constructor({ code, values }: LlmciError, resolved: Resolved) {
    super(code, values);
    this.resolved = resolved;
  }
}

/** Resolves prompts of one state of an environment; each release is compiled when it is first asked for. */
export class Resolver {
  readonly snapshot: Snapshot;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #withheld: Rollouts;
  readonly #compiled: Map<string, Render>;

  /** `earlier` lends what it has compiled: most releases stay from one state to the next. `withheld` names rollouts that nobody is in. */
  constructor(snapshot: Snapshot, earlier: Resolver | null, withheld: Rollouts = new Set()) {
    this.snapshot = snapshot;
    this.#withheld = withheld;
    this.#compiled = earlier?.compiledOf(snapshot) ?? new Map();
    this.#entries = new Map(
      snapshot.prompts.map(({ prompt, live, rollout }) => [
        prompt,
        {
          live: { served: live, render: this.#render(prompt, live) },
          rollout: rollout && {
            ...rollout,
            candidate: { served: rollout.candidate, render: this.#render(prompt, rollout.candidate) },
          },
        },
      ]),
    );
  }

  resolve(id: string, options: ResolveOptions<object>): Resolved {
    const entry = this.#entries.get(id);
    if (!entry) {
      const { environment } = this.snapshot;
      throw new LlmciError('not-live', { prompt: id, environment, guess: didYouMean(id, this.#entries.keys()) });
    }
    const { live } = entry;
    const rollout = entry.rollout === null || this.#withheld.has(entry.rollout.name) ? null : entry.rollout;
    const { unit = randomUUID(), cohorts = [], version } = options;
    if (version !== undefined)
      return pinned(id, String(version), { live, candidate: rollout?.candidate ?? null }, options);
    if (rollout === null) return { ...live.render(options), arm: 'control', rollout: null };
    const { arm, included } = chooseArm(rollout, { unit, cohorts });
    // Who was chosen by name is no sample of anybody, and must not count in the comparison of the arms
    const { name, weight } = rollout;
    const how = { arm, ...(included === null ? { rollout: name, weight } : { rollout: null }) };
    const [own, other] = arm === 'candidate' ? [rollout.candidate, live] : [live, rollout.candidate];
    try {
      return { ...own.render(options), ...how };
    } catch (error) {
      if (!(error instanceof LlmciError) || !canFillIn(other.render, options)) throw error;
      throw new OneArmError(error, { ...fixedOf(id, own.served), messages: [], ...how });
    }
  }

  /** The candidate, whatever its share is; null without a rollout that anybody may be in. */
  candidate(id: string, options: ResolveOptions<object>): Resolved | null {
    const rollout = this.#entries.get(id)?.rollout;
    if (!rollout || this.#withheld.has(rollout.name)) return null;
    const how = { arm: 'candidate', rollout: rollout.name } as const;
    try {
      return { ...rollout.candidate.render(options), ...how };
    } catch (error) {
      if (!(error instanceof LlmciError)) throw error;
      throw new OneArmError(error, { ...fixedOf(id, rollout.candidate.served), messages: [], ...how });
    }
  }

  /** What of the compiled releases is still served in another state. */
  compiledOf({ prompts }: Snapshot): Map<string, Render> {
    const names = new Set(
      prompts.flatMap(({ prompt, live, rollout }) => [
        nameOf(prompt, live),
        ...(rollout ? [nameOf(prompt, rollout.candidate)] : []),
      ]),
    );
    return new Map([...this.#compiled].filter(([name]) => names.has(name)));
  }

  #render(prompt: string, served: Served): Render {
    const name = nameOf(prompt, served);
    return (options) => {
      let render = this.#compiled.get(name);
      if (!render) {
        render = compile(prompt, served);
        this.#compiled.set(name, render);
      }
      return render(options);
    };
  }
}

/** The release that was asked for by its number, whatever the share of the unit: and so it counts for no arm. */
function pinned(
  prompt: string,
  version: string,
  { live, candidate }: { readonly live: Compiled; readonly candidate: Compiled | null },
  options: ResolveOptions<object>,
): Resolved {
  if (String(live.served.number) === version) return { ...live.render(options), arm: 'control', rollout: null };
  if (candidate !== null && String(candidate.served.number) === version)
    return { ...candidate.render(options), arm: 'candidate', rollout: null };
  const served = [live, ...(candidate ? [candidate] : [])].map(({ served: { number } }) => `${prompt}@${number}`);
  throw new LlmciError('version-not-live', { release: `${prompt}@${version}`, live: served.join(' and ') });
}

function nameOf(prompt: string, { number, digest }: Served): string {
  return `${prompt}@${number} ${digest}`;
}

function canFillIn(render: Render, options: ResolveOptions<object>): boolean {
  try {
    render(options);
    return true;
  } catch {
    return false;
  }
}

/** What of a release is the same whoever asks. */
function fixedOf(id: string, { number, digest, asked }: Served) {
  const { model, parameters, tools, output } = promptFromAsked(asked);
  return { model, parameters, tools, output, release: `${id}@${number}`, digest };
}

function compile(id: string, served: Served): Render {
  const { messages: own, defaults } = promptFromAsked(served.asked);
  const fixed = fixedOf(id, served);
  const write = messagesFactory({ messages: own, defaults });
  return ({ vars = {}, messages: before }) => {
    try {
      const media = new Map<string, Uint8Array>();
      const said = { vars: vars as never, ...(before ? { messages: before as never } : {}) };
      const { messages } = write(said, (digest, bytes) => void media.set(digest, bytes));
      return { messages, ...(media.size > 0 && { media }), ...fixed };
    } catch (error) {
      if (!(error instanceof TemplateError || error instanceof MessageError)) throw error;
      throw new LlmciError('bad-variables', { release: fixed.release, why: error.message });
    }
  };
}
