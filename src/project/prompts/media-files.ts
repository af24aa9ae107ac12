import { hash } from 'node:crypto';
import { MAX_MEDIA_BYTES } from '../../core/requests/data-url.js';
import { fileKey, type MediaFiles } from '../../core/requests/media-source.js';
import { detectMediaType } from '../../core/requests/media-types.js';
import { count, formatBytes } from '../../core/text/format.js';
import type { HeldMedia } from '../../model/message.js';
import type { WithProblems } from '../../model/problem.js';
import type { HeldBytes } from '../../model/suite.js';
import { PathError } from '../../store/files/read-file.js';
import { placeOfCase, type ResolvedCase } from '../datasets/resolved-case.js';
import { readBytesUpTo, resolveInside } from '../source/files.js';
import { ManyProblems } from '../source/many-problems.js';
import type { MediaNeeds, NeededFile } from './media-needs.js';

/** What is known of everything in the messages of a suite that is no text. */
export interface SuiteMedia {
  readonly files: MediaFiles;
  /** Where its bytes are, by their digest. */
  readonly held: HeldBytes;
}

/**
 * Looks at every file that cases need, and whether it can be sent where it is to be. What is wrong with one is told at the
 * first case that needs it.
 */
export async function readMediaFiles(root: string, needs: MediaNeeds): Promise<WithProblems<SuiteMedia>> {
  const files = new Map<string, HeldMedia>();
  const held = new Map<string, string | Uint8Array>(needs.data);
  const problems = new ManyProblems();
  for (const needed of needs.files) {
    try {
      // Written in a prompt or a case, and meant from the root in both
      const path = resolveInside(root, '', needed.path);
      const media = await readMedia(root, path, needed);
      files.set(fileKey(needed.type, needed.path), media);
      held.set(media.digest, path);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      const message = `${describeCases(needed.first, needed.cases)}: ${needed.type} ${error.message}`;
      problems.add({ ...placeOfCase(needed.first), message });
    }
  }
  for (const { first, cases, fault } of needs.refused(files))
    problems.add({ ...placeOfCase(first), message: `${describeCases(first, cases)}: ${fault}` });
  return { value: { files, held }, problems: problems.all() };
}

function describeCases({ resolved }: ResolvedCase, cases: number): string {
  return `case ${resolved.id}${cases > 1 ? ` (and ${count(cases - 1, 'more case')})` : ''}`;
}

async function readMedia(root: string, path: string, { type, path: written }: NeededFile): Promise<HeldMedia> {
  const bytes = await readBytesUpTo(root, path, MAX_MEDIA_BYTES);
  if (bytes === null)
    throw new PathError(`${written} is larger than ${formatBytes(MAX_MEDIA_BYTES)}, more than a request may hold`);
  const ending = /\.[^./]+$/.exec(path)?.[0] ?? '';
  const detected = detectMediaType(bytes, type, { ending });
  if ('fault' in detected) throw new PathError(`${written} ${detected.fault}`);
  return { mediaType: detected.mediaType, digest: hash('sha256', bytes, 'hex'), bytes: bytes.length };
}
