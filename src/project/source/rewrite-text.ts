import { writeAtomic } from '../../store/files/atomic.js';
import { requireInside } from '../../store/files/places.js';
import { type RootPath, readBytes } from './files.js';

const MARK = '\ufeff';

/**
 * Writes a file of the project anew, with the line ends and the mark at the start that it has: reading takes both away. Throws
 * `cannot-write`, `bad-link`.
 */
export async function rewriteText(root: string, path: RootPath, text: string): Promise<void> {
  const before = (await readBytes(root, path)).toString('utf8');
  const isOfWindows = /\r\n/.test(before) && !/(?<!\r)\n/.test(before);
  const written = isOfWindows ? text.replaceAll('\n', '\r\n') : text;
  await writeAtomic(() => requireInside(root, path), before.startsWith(MARK) ? MARK + written : written);
}
