import { printableLine } from '../../core/text/printable.js';
import { messageOf } from '../../core/text/thrown.js';
import type { CallListener } from '../../serve/calls/finished-call.js';
import { CallLog } from '../../serve/telemetry/call-log.js';
import type { Terminal } from '../terminal.js';

export type LogFormat = 'text' | 'json';

/** What a gateway says beside its answers, on standard error: a line for people, or one of JSON for programs, then of each call too. */
export interface ServeLog {
  readonly say: (line: string) => void;
  readonly fault: (error: unknown) => void;
  readonly listeners: readonly CallListener[];
}

export function serveLog(format: LogFormat, { stderr }: Terminal, date: () => Date): ServeLog {
  const textOf = (error: unknown) => printableLine(messageOf(error), 500);
  if (format === 'text') {
    const say = (line: string) => void stderr.write(`${printableLine(line, 500)}\n`);
    return { say, fault: (error) => say(`fault: ${textOf(error)}`), listeners: [] };
  }
  const log = new CallLog((line) => void stderr.write(line), date);
  return {
    say: (line) => log.say('info', 'gateway', line),
    fault: (error) => log.say('error', 'fault', textOf(error)),
    listeners: [log],
  };
}
