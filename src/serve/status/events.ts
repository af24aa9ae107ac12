import { writeJson } from '../../core/text/write-json.js';
import type { GatewayStatus } from '../../model/gateway-status.js';
import { ApiError } from '../http/api-error.js';
import type { Departure } from '../http/departure.js';
import type { Incoming, Outgoing } from '../http/exchange.js';
import type { StatusBoard } from './board.js';

/** Pages that may watch at once; each holds a connection. */
const MOST_WATCHERS = 32;

/**
 * Writes what is so as server-sent events, once a second until the client leaves: `status` has all, also when the ledger has
 * grown; `tick` leaves out what a client has already, the history and how gates came to be.
 */
export async function streamStatus(board: StatusBoard, { departure }: Incoming, outgoing: Outgoing): Promise<void> {
  if (board.watchers >= MOST_WATCHERS)
    throw new ApiError(429, 'too_many_watchers', `${MOST_WATCHERS} pages watch already; close one`, null, 5000);
  outgoing.begin({ 'x-accel-buffering': 'no' });
  let line = -1;
  let writing = false;
  const write = async () => {
    // A client that reads slowly gets fewer
    if (writing || departure.gone) return;
    writing = true;
    const status = board.status();
    await outgoing.write(status.source.line === line ? event('tick', tickOf(status)) : event('status', status));
    line = status.source.line;
    writing = false;
  };
  const stop = board.watch(() => void write());
  try {
    await write();
    await ended(board, departure);
  } finally {
    stop();
    outgoing.end();
  }
}

function tickOf({ history: _, rollouts, ...rest }: GatewayStatus): object {
  return {
    ...rest,
    rollouts: rollouts.map(({ gates, ...rollout }) => ({
      ...rollout,
      gates: gates.map(({ past: __, ...gate }) => gate),
    })),
  };
}

/** Resolves when the client has left or the board stops. */
function ended(board: StatusBoard, departure: Departure): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      if (!board.stopped && !departure.gone) return;
      stop();
      cancel();
      resolve();
    };
    let cancel: () => void = () => undefined;
    const stop = board.watch(done);
    cancel = departure.onGone(done);
    done();
  });
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${writeJson(data)}\n\n`;
}
