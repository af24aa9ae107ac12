import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { sourceOf, type WrittenMedia } from '../core/requests/media-source.js';
import { endingsOf } from '../core/requests/media-types.js';
import type { PromptState } from '../model/prompt-change.js';
import { filesBelow, type RootPath, readBytes } from '../project/source/files.js';
import { readOrNull } from '../store/files/read-file.js';

/** One output, or from the first tag to the last: what stands between tags need not be in the path. */
const CHANGING = /\{%[\s\S]*%\}|\{\{[\s\S]*?\}\}/;

/**
 * The digests of the files that prompts can name by templates, such as `photos/{{ name }}.png`, by their paths from the root:
 * all that have the fixed parts of one. Which of them a case names is not asked, since nothing is rendered here. A template
 * without a fixed part can name any file that is of such a kind by its ending.
 */
export async function filesByTemplate(
  root: string,
  prompts: Iterable<PromptState>,
): Promise<Readonly<Record<RootPath, string>>> {
  const paths = new Set<RootPath>();
  for (const part of [...prompts].flatMap(mediaOf)) {
    const { type, source } = sourceOf(part);
    const [start = '', ...others] = source.split(CHANGING).map((fixed) => fixed.trim());
    if (others.length === 0) continue; // the prompt's own, which is what is judged
    const folder = posix.dirname(posix.normalize(`${start}x`));
    const fixed = [posix.normalize(`${start}x`).slice(0, -1), ...others];
    const endings = fixed.every((each) => each === '') ? endingsOf(type) : [''];
    for (const path of await filesBelow(root, folder, endings, []))
      if (hasParts(path, fixed) && !/(^|\/)\./.test(path)) paths.add(path);
  }
  return Object.fromEntries((await Promise.all([...paths].map((path) => digestOf(root, path)))).flat());
}

function mediaOf({ prompt }: PromptState): readonly WrittenMedia[] {
  return prompt.messages.flatMap((message) => {
    const content = 'history' in message ? undefined : message.content;
    return Array.isArray(content) ? content.filter((part): part is WrittenMedia => !('text' in part)) : [];
  });
}

/** Whether a path begins with the first part, ends with the last, and has those between in their order. */
function hasParts(path: string, parts: readonly string[]): boolean {
  const [start = '', last = ''] = [parts[0], parts.at(-1)];
  if (!path.startsWith(start) || !path.endsWith(last)) return false;
  let at = start.length;
  for (const part of parts.slice(1, -1)) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= path.length - last.length;
}

async function digestOf(root: string, path: RootPath): Promise<readonly [RootPath, string][]> {
  // A folder may have such a name too
  const bytes = await readOrNull(readBytes(root, path));
  return bytes === null ? [] : [[path, hash('sha256', bytes, 'hex')]];
}
