import { join } from 'node:path';
import { keepCallKey, openCallKey } from '../../store/gateway/call-key.js';
import type { Reported } from '../../store/gateway/counted-once.js';
import { type ReportedCall, ReportLog } from '../../store/gateway/report-log.js';
import type { SharedGateways } from '../../store/state/shared-gateways.js';
import { ApiError } from '../http/api-error.js';

/** How long after a call something can be said of it. */
export const OPEN_MS = 24 * 60 * 60 * 1000;

export interface SharedCallsPlace {
  readonly environment: string;
  /** What gateways of this machine share, absolute. */
  readonly folder: string;
  /** What those of several machines share; null where they share nothing. */
  readonly gateways: () => Promise<SharedGateways | null>;
  readonly onFault: (error: unknown) => void;
}

/** What all gateways know of calls: the key of their ids, and what was reported of each. */
export class SharedCalls {
  readonly key: Buffer;
  readonly #place: SharedCallsPlace;
  readonly #log: ReportLog;

  /** Where the database is out of reach the key is the last that was known. */
  static async open(place: SharedCallsPlace): Promise<SharedCalls> {
    const { environment, folder, gateways, onFault } = place;
    const path = join(folder, 'calls.key');
    const own = await openCallKey(path);
    try {
      const shared = await (await gateways())?.callKey(environment, own);
      if (shared && !shared.equals(own)) await keepCallKey(path, shared);
      return new SharedCalls(place, shared ?? own);
    } catch (error) {
      onFault(error);
      return new SharedCalls(place, own);
    }
  }

  private constructor(place: SharedCallsPlace, key: Buffer) {
    this.#place = place;
    this.key = key;
    this.#log = new ReportLog(join(place.folder, 'reports'), OPEN_MS);
  }

  /** Whether none of this was reported before, at whichever gateway; then it is now. Throws ApiError when that cannot be told. */
  async claim(call: ReportedCall, reported: readonly Reported[], now: number): Promise<boolean> {
    const { environment, gateways, onFault } = this.#place;
    try {
      const shared = await gateways();
      if (shared === null) return await this.#log.claim(call, reported, now);
      const names = reported.map((what) => `${call.id} ${what}`);
      return await shared.claim(environment, names, call.at + OPEN_MS);
    } catch (error) {
      onFault(error);
      const why = 'whether this was reported before cannot be told now: report it again in some seconds';
      throw new ApiError(503, 'cannot_tell', why, null, 5000);
    }
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
