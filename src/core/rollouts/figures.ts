import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Figures, LedgerLine } from '../../model/ledger.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import { rolloutCountsSchema } from '../../model/live-counts.js';
import type { Rollout } from '../releases/state.js';
import { type Move, type Next, next } from './next.js';

/** What an automatic line of the ledger rests on: counts, and what was computed from them. */
export function figuresOf(found: Next, counts: RolloutCounts, now: number): Figures {
  // JSON and back: what is compared later is what can be written
  return JSON.parse(JSON.stringify({ now, counts, ...computedFrom(found) })) as Figures;
}

function computedFrom({ decisions, ratio }: Next) {
  return {
    gates: decisions.map(({ gate, ...decision }) => ({
      ...{ prompt: gate.prompt, metric: gate.metric, stat: gate.stat },
      ...decision,
    })),
    ratio,
  };
}

/** A decision of a ledger line, computed again. */
export interface Explained {
  readonly found: Next;
  readonly counts: RolloutCounts;
  /** What differs between the line and what its own counts say now; empty when nothing does. */
  readonly differs: readonly string[];
}

const figuresSchema = z.looseObject({
  now: z.number(),
  counts: rolloutCountsSchema,
  gates: z.unknown(),
  ratio: z.unknown(),
});

/** Computes the decision of a line again, from its own counts and the rollout as it was before it. Null for a line that rests on no figures. */
export function explainLine(line: LedgerLine, before: Rollout): Explained | null {
  const written = 'figures' in line ? figuresSchema.safeParse(line.figures) : null;
  if (!written?.success) return null;
  const { now, counts, gates, ratio } = written.data;
  const found = next(before, counts, now);
  const again = JSON.parse(JSON.stringify(computedFrom(found))) as { gates: unknown; ratio: unknown };
  const [move] = found.actions;
  const differs = [
    ...(move && isSameMove(line, move) ? [] : ['what is done']),
    ...(isDeepStrictEqual(again.gates, gates) ? [] : ['the bounds of gates']),
    ...(isDeepStrictEqual(again.ratio, ratio) ? [] : ['the sample ratio']),
  ];
  return { found, counts, differs };
}

function isSameMove(line: LedgerLine, move: Move): boolean {
  if (line.action !== move.action) return false;
  if (move.action === 'step') return 'weight' in line && line.weight === move.weight;
  return move.action === 'complete' || ('reason' in line && line.reason === move.reason);
}
