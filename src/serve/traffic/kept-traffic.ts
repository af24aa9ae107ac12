import type { World } from '../../calls/world.js';
import { failuresOf } from '../../core/rollouts/failures.js';
import { isSampled } from '../../core/rollouts/sampled.js';
import type { Redact } from '../../core/text/redact.js';
import { messageOf } from '../../core/text/thrown.js';
import { writeJson } from '../../core/text/write-json.js';
import type { KeptOutcome, KeptScore, TrafficLine } from '../../model/kept-call.js';
import type { TrafficPolicy } from '../../model/traffic.js';
import type { TrafficFolder } from '../../store/gateway/traffic-folder.js';
import { BoundedQueue } from '../calls/bounded-queue.js';
import type { CallListener, FinishedCall, ReportedOutcome } from '../calls/finished-call.js';
import type { LiveScore } from '../scoring/live-scorer.js';
import { HeldCalls, type Learnt } from './held-calls.js';
import { type Keepable, keepableOf, maskedCall, sizeOfLine } from './kept-line.js';

export interface KeptTrafficParts {
  readonly environment: string;
  readonly policy: Pick<TrafficPolicy, 'keep' | 'where'>;
  readonly folder: Pick<TrafficFolder, 'append' | 'prune' | 'close'>;
  readonly redact: Redact;
  readonly world: Pick<World, 'date' | 'later'>;
  readonly say: (message: string) => void;
}

/** What is written at once: a call and what was known of it by then, or what became known later. */
interface Job {
  readonly call: Keepable | null;
  readonly later: readonly TrafficLine[];
}

/** A larger call makes no case, and takes long to mask. */
const MOST_CHARACTERS = 256 * 1024;
const MOST_WAITING = 1000;
const MOST_CHARACTERS_WAITING = 1 << 23;
const PRUNED_MS = 60 * 60 * 1000;

/**
 * Keeps some of what users asked and got, for `llmci cases`, beside the traffic: whatever fails in it stops nothing. A call is
 * chosen by its id, so every gateway that hears of it later knows whether it was.
 */
export class KeptTraffic implements CallListener {
  readonly #parts: KeptTrafficParts;
  readonly #held: HeldCalls;
  readonly #queue = new BoundedQueue<Job>({
    ...{ most: MOST_WAITING, mostSize: MOST_CHARACTERS_WAITING, atOnce: 1 },
    sizeOf: ({ call }) => (call === null ? 0 : sizeOfLine(call)),
    work: (job) => this.#write(job),
  });
  readonly #told = new Set<string>();
  #stopPruning: () => void;

  constructor(parts: KeptTrafficParts) {
    this.#parts = parts;
    this.#held = new HeldCalls(parts.world.date);
    this.#stopPruning = parts.world.later(0, () => void this.#prune());
  }

  onCall(call: FinishedCall): void {
    // Nobody was answered by a copy, and who left has nothing to say of the release
    if (call.copyOf !== null || call.clientLeft || call.error === 'cancelled' || !this.#isChosen(call.id)) return;
    const kept = keepableOf(call);
    if (sizeOfLine(kept) > MOST_CHARACTERS) this.#tellOnce('calls of more than 256 KiB are not kept');
    else if (this.#parts.policy.where === 'all' || call.error !== null) this.#add({ call: kept, later: [] });
    else this.#held.add(kept, sizeOfLine(kept));
  }

  onOutcome({ callId, ok, feedback }: ReportedOutcome): void {
    const outcome: KeptOutcome = { ok, feedback };
    this.#learn({ line: 'outcome', call: callId, ...outcome }, { scores: [], outcomes: [outcome] });
  }

  onScore({ call, copyOf, metric, value, passed }: LiveScore): void {
    const score: KeptScore = { metric, value, passed };
    if (copyOf === null && value !== null)
      this.#learn({ line: 'score', call, ...score }, { scores: [score], outcomes: [] });
  }

  /** Writes what waits. Calls of which nothing bad has become known are forgotten. */
  async close(): Promise<void> {
    this.#stopPruning();
    await this.#queue.drain();
    await this.#parts.folder.close();
  }

  #isChosen(id: string): boolean {
    return isSampled(id, this.#parts.policy.keep);
  }

  #learn(line: Learnt, known: { readonly scores: readonly KeptScore[]; readonly outcomes: readonly KeptOutcome[] }) {
    if (!this.#isChosen(line.call)) return;
    const failed = failuresOf({ error: null, ...known }).length > 0;
    const held = failed ? this.#held.take(line.call) : null;
    if (held !== null) this.#add({ call: held.call, later: [...held.later, line] });
    // Of a call that is not held here the files have a line, or never get one: then this says nothing of anybody
    else if (!this.#held.learn(line.call, line)) this.#add({ call: null, later: [line] });
  }

  #add(job: Job): void {
    if (!this.#queue.add(job)) this.#tellOnce('more calls come than can be kept: some are not');
  }

  async #write({ call, later }: Job): Promise<void> {
    const { environment, redact, folder, world } = this.#parts;
    try {
      // Masking takes the time of other calls: one at a time, and after those that wait
      await new Promise<void>((done) => void world.later(0, done));
      const first: TrafficLine[] = call === null ? [] : [{ line: 'call', ...maskedCall(call, environment, redact) }];
      await folder.append([...first, ...later].map((line) => writeJson(line)));
    } catch (error) {
      this.#tellOnce(`calls cannot be kept: ${messageOf(error)}`);
    }
  }

  async #prune(): Promise<void> {
    const { folder, world } = this.#parts;
    this.#stopPruning = world.later(PRUNED_MS, () => void this.#prune());
    await folder.prune().catch((error: Error) => this.#tellOnce(`old calls cannot be removed: ${error.message}`));
  }

  #tellOnce(told: string): void {
    if (this.#told.has(told)) return;
    this.#told.add(told);
    this.#parts.say(told);
  }
}
