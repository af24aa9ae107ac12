import { printable } from '../../core/text/printable.js';
import type { Redact } from '../../core/text/redact.js';

type Done = (error?: Error | null) => void;

/**
 * Has what this thread prints shown on standard error: standard output is for reports. It may be what a model has said, so
 * nothing in it moves a terminal or is read as a command by a CI system; and it may be the environment, so no key is in it.
 */
export function showPrinted(redact: Redact): void {
  const show = process.stderr.write.bind(process.stderr);
  const write = (printed: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) =>
    show(printable(redact(Buffer.from(printed).toString())), typeof encoding === 'function' ? encoding : done);
  process.stdout.write = write;
  process.stderr.write = write;
}
