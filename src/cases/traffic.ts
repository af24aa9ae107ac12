import { type KeptCall, type KeptOutcome, type KeptScore, trafficLineSchema } from '../model/kept-call.js';
import { type CallSource, countUp } from './call-source.js';

/** What `llmci serve` keeps. What became known of a call later stands in a line of its own. */
export const traffic: CallSource = {
  name: 'traffic',
  describe: 'what `llmci serve` has kept: a file of .llmci/traffic/ENV or all',
  isFile: (name) => name.endsWith('.jsonl'),
  read: (documents) => {
    const calls = new Map<string, KeptCall>();
    const scores = new Map<string, KeptScore[]>();
    const outcomes = new Map<string, KeptOutcome[]>();
    const unread = new Map<string, number>();
    for (const { data } of documents) {
      const checked = trafficLineSchema.safeParse(data);
      if (!checked.success) {
        countUp(unread, 'is no line of kept traffic that this version knows');
        continue;
      }
      if (checked.data.line === 'call') {
        const { line: _, ...call } = checked.data;
        calls.set(call.id, call);
      } else if (checked.data.line === 'score') {
        const { line: _, call, ...score } = checked.data;
        scores.set(call, [...(scores.get(call) ?? []), score]);
      } else {
        const { line: _, call, ...outcome } = checked.data;
        outcomes.set(call, [...(outcomes.get(call) ?? []), outcome]);
      }
    }
    return {
      calls: [...calls.values()].map((call) => ({
        ...call,
        scores: scores.get(call.id) ?? [],
        outcomes: outcomes.get(call.id) ?? [],
      })),
      unread,
    };
  },
};
