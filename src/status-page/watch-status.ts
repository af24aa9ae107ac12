import type { GateStatus, GatewayStatus } from '../model/gateway-status.js';
import { gateKey } from './words.js';

/** What the page hears from its gateway. */
export type Heard =
  | { readonly kind: 'status'; readonly status: GatewayStatus }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused' };

const AGAIN_MS = 2000;
/** An event comes every second: after this long the connection is gone, whatever it says. */
const SILENCE_MS = 10_000;

/**
 * Follows what the gateway says of itself until the signal aborts; when it goes away, asks again. It is a request of fetch
 * and no EventSource, which could not carry a token.
 */
export async function watchStatus(token: string, signal: AbortSignal, hear: (heard: Heard) => void): Promise<void> {
  while (!signal.aborted) {
    const refused = await follow(token, signal, hear).catch(() => false);
    if (signal.aborted) return;
    hear({ kind: refused ? 'refused' : 'lost' });
    if (refused) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** One connection, until it ends. True when the gateway does not take the token. */
async function follow(token: string, signal: AbortSignal, hear: (heard: Heard) => void): Promise<boolean> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  const leave = () => silent.abort();
  signal.addEventListener('abort', leave);
  try {
    const response = await fetch('/-/events', { headers: withToken(token), signal: silent.signal, cache: 'no-store' });
    if (response.status === 401 || response.status === 403) return true;
    if (!response.ok || response.body === null) return false;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    let last: GatewayStatus | null = null;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      const pieces: string[] = (rest + value).split('\n\n');
      rest = pieces.pop() ?? '';
      for (const piece of pieces) {
        last = statusOf(piece, last) ?? last;
        if (last !== null) hear({ kind: 'status', status: last });
      }
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    silent.abort();
  }
}

/** What an event makes of the status before it: the gateway writes each on one line of data. */
function statusOf(event: string, last: GatewayStatus | null): GatewayStatus | null {
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event) ?? [];
  if (name === undefined || data === undefined) return null;
  const told = JSON.parse(data) as GatewayStatus;
  if (name === 'status') return told;
  return last && { ...told, history: last.history, rollouts: told.rollouts.map((each) => grown(each, last, told.at)) };
}

type Rollout = GatewayStatus['rollouts'][number];

/** A rollout with the intervals that were seen before, and those of now. */
function grown(rollout: Rollout, last: GatewayStatus, at: string): Rollout {
  const before = last.rollouts.find(({ name }) => name === rollout.name)?.gates ?? [];
  return { ...rollout, gates: rollout.gates.map((gate) => ({ ...gate, past: pastOf(gate, before, at) })) };
}

function pastOf(gate: GateStatus, before: readonly GateStatus[], at: string): GateStatus['past'] {
  const same = before.find((each) => gateKey(each) === gateKey(gate));
  const past = same?.past ?? [];
  const now = Math.round(Date.parse(at) / 1000);
  const last = past.at(-1);
  // Whoever watches for hours sees points as far apart as those before
  const apart = past.length < 120 ? 1 : ((last?.[0] ?? now) - (past[0]?.[0] ?? now)) / 120;
  return last && now - last[0] < apart ? past : [...past.slice(-239), [now, gate.low, gate.high]];
}

export function withToken(token: string): Record<string, string> {
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}
