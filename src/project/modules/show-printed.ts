import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { printable } from '../../core/text/printable.js';

/**
 * Shows what a module prints, on standard error: standard output is for reports. It may be what a model has said, so nothing
 * in it moves a terminal or is read as a command by a CI system.
 */
export function showPrinted(printed: Readable): void {
  createInterface({ input: printed }).on('line', (line) => process.stderr.write(`${printable(line)}\n`));
}
