import type { FindMedia } from '../../providers/contract/media.js';
import { withBytes } from '../../providers/contract/media.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import type { Resolved } from '../../runtime/prompts.js';

type Media = NonNullable<Resolved['media']>;

/** Finds the bytes that came with a call. */
export function finderIn(media: Media): FindMedia {
  return async (digest) => {
    const bytes = media.get(digest);
    if (!bytes) throw new ProviderError('invalid-request', 'a part of a message has no bytes', { unsent: true });
    return { bytes, path: null };
  };
}

/** Messages for those who send them on: each image and file with its bytes in base64. */
export function messagesWithBytes({ messages, media }: Pick<Resolved, 'messages' | 'media'>): readonly unknown[] {
  const found = [...(media ?? [])].map(([digest, bytes]) => [digest, { bytes, path: null }] as const);
  return found.length === 0 ? messages : withBytes(messages, new Map(found), { paths: false });
}
