import type { MediaType } from '../../model/message.js';

/** A kind of bytes that some service takes. */
interface MediaKind {
  readonly type: string;
  readonly of: MediaType;
  readonly endings: readonly string[];
  /** Whether bytes are of this kind; null where they can be any text. */
  readonly isIn: ((bytes: Uint8Array) => boolean) | null;
}

/** The kinds in the order in which bytes are compared with them. Texts have nothing to know them by but their ending. */
const KINDS: readonly MediaKind[] = [
  kind('image/png', 'image', ['.png'], (bytes) => hasAt(bytes, 0, '\x89PNG\r\n\x1a\n')),
  kind('image/jpeg', 'image', ['.jpg', '.jpeg'], (bytes) => hasAt(bytes, 0, '\xff\xd8\xff')),
  kind('image/gif', 'image', ['.gif'], (bytes) => hasAt(bytes, 0, 'GIF87a') || hasAt(bytes, 0, 'GIF89a')),
  kind('image/webp', 'image', ['.webp'], (bytes) => hasAt(bytes, 0, 'RIFF') && hasAt(bytes, 8, 'WEBP')),
  kind('audio/wav', 'audio', ['.wav'], (bytes) => hasAt(bytes, 0, 'RIFF') && hasAt(bytes, 8, 'WAVE')),
  kind('audio/flac', 'audio', ['.flac'], (bytes) => hasAt(bytes, 0, 'fLaC')),
  kind('audio/ogg', 'audio', ['.ogg', '.opus'], (bytes) => hasAt(bytes, 0, 'OggS')),
  kind('audio/mp4', 'audio', ['.m4a'], (bytes) => hasAt(bytes, 4, 'ftypM4A')),
  kind('audio/webm', 'audio', ['.webm'], (bytes) => hasAt(bytes, 0, '\x1a\x45\xdf\xa3')),
  kind('audio/mpeg', 'audio', ['.mp3'], (bytes) => hasAt(bytes, 0, 'ID3') || isMpegFrame(bytes)),
  kind('application/pdf', 'file', ['.pdf'], (bytes) => hasAt(bytes, 0, '%PDF-')),
  ...[
    ['docx', 'wordprocessingml.document'],
    ['xlsx', 'spreadsheetml.sheet'],
    ['pptx', 'presentationml.presentation'],
  ].map(([ending, name]) =>
    kind(`application/vnd.openxmlformats-officedocument.${name}`, 'file', [`.${ending}`], (bytes) =>
      hasAt(bytes, 0, 'PK\x03\x04'),
    ),
  ),
  kind('text/plain', 'file', ['.txt', '.text', '.log'], null),
  kind('text/markdown', 'file', ['.md', '.markdown'], null),
  kind('text/csv', 'file', ['.csv'], null),
  kind('text/html', 'file', ['.html', '.htm'], null),
  kind('application/json', 'file', ['.json'], null),
  kind('application/xml', 'file', ['.xml'], null),
];

/** Other names of the same, as data: URLs have them. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['audio/mp3', 'audio/mpeg'],
  ['audio/x-wav', 'audio/wav'],
  ['audio/wave', 'audio/wav'],
  ['audio/x-m4a', 'audio/mp4'],
  ['audio/m4a', 'audio/mp4'],
  ['audio/opus', 'audio/ogg'],
  ['audio/x-flac', 'audio/flac'],
  ['text/xml', 'application/xml'],
]);

function kind(type: string, of: MediaKind['of'], endings: readonly string[], isIn: MediaKind['isIn']): MediaKind {
  return { type, of, endings, isIn };
}

/** What a file or a data: URL says that it is: its ending, or its media type. */
export interface MediaClaim {
  readonly ending?: string;
  readonly mediaType?: string;
}

/**
 * The media type of bytes, by what they begin with; of texts by what they are claimed to be. Or what is wrong: bytes that
 * are not what they are claimed to be, not what the part is for, or of no kind that a service takes.
 */
export function detectMediaType(
  bytes: Uint8Array,
  part: MediaType,
  claim: MediaClaim,
): { readonly mediaType: string } | { readonly fault: string } {
  if (bytes.length === 0) return { fault: 'is empty' };
  const found = KINDS.filter((each) => each.isIn?.(bytes));
  const claimed = claimedKind(claim);
  const name = claim.ending ?? claim.mediaType ?? '';
  if (claimed && claimed.isIn !== null && !found.includes(claimed)) {
    const is = found[0] ? found[0].type : 'of no kind that is known';
    return { fault: `is called ${name}, but its bytes are ${is}: name it for what it is` };
  }
  if (claimed && claimed.isIn === null && (found.length > 0 || bytes.includes(0)))
    return { fault: `is called ${name}, but its bytes are ${found[0]?.type ?? 'no text'}: name it for what it is` };
  const kindOf = claimed ?? found[0];
  if (!kindOf)
    return {
      fault: `is of no kind that is known${name === '' ? '' : ` (${name})`}; known: ${endingsOf(part).join(', ')}`,
    };
  if (part !== 'file' && kindOf.of !== part) return { fault: `is ${kindOf.type}, which is no ${part}` };
  return { mediaType: kindOf.type };
}

/** The ending that files of a media type have; empty for one that is not known. */
export function endingOf(mediaType: string): string {
  return KINDS.find(({ type }) => type === mediaType)?.endings[0] ?? '';
}

function claimedKind({ ending, mediaType }: MediaClaim): MediaKind | undefined {
  if (ending !== undefined) return KINDS.find(({ endings }) => endings.includes(ending.toLowerCase()));
  const type = mediaType?.toLowerCase() ?? '';
  return KINDS.find((each) => each.type === (ALIASES.get(type) ?? type));
}

/** The endings that files for a part may have. */
export function endingsOf(part: MediaType): readonly string[] {
  return KINDS.filter(({ of }) => part === 'file' || of === part).flatMap(({ endings }) => endings);
}

function hasAt(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[offset + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** A frame of MP3 begins with eleven bits that are set, and is of layer III. */
function isMpegFrame([first = 0, second = 0]: Uint8Array): boolean {
  return first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) === 0x02;
}
