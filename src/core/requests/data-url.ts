import { hash } from 'node:crypto';
import type { HeldMedia, MediaType } from '../../model/message.js';
import { formatBytes } from '../text/format.js';
import { detectMediaType } from './media-types.js';

/** The most that one part may hold: no service takes more in a request. */
export const MAX_MEDIA_BYTES = 32 << 20;

const TOO_LARGE = `is larger than ${formatBytes(MAX_MEDIA_BYTES)}, more than a request may hold`;

/** The bytes of a data: URL and what is known of them, or what is wrong with it. */
export function readDataUrl(
  url: string,
  type: MediaType,
): { readonly held: HeldMedia; readonly bytes: Uint8Array } | { readonly fault: string } {
  const comma = url.indexOf(',');
  const [mediaType = '', ...settings] = url.slice('data:'.length, Math.max(comma, 0)).split(';');
  if (comma < 0) return { fault: 'has no comma before its data' };
  const written = url.slice(comma + 1);
  const isBase64 = settings.some((each) => each.trim().toLowerCase() === 'base64');
  // Before it is decoded: a text of any length may stand there
  if (written.length > 3 * MAX_MEDIA_BYTES) return { fault: TOO_LARGE };
  const bytes = isBase64 ? decodeBase64(written) : decodePercent(written);
  if (bytes === null) return { fault: `is not usable ${isBase64 ? 'base64' : 'data'}` };
  if (bytes.length > MAX_MEDIA_BYTES) return { fault: TOO_LARGE };
  const detected = detectMediaType(bytes, type, { mediaType: mediaType.trim() || 'text/plain' });
  if ('fault' in detected) return detected;
  return { held: { mediaType: detected.mediaType, digest: hash('sha256', bytes, 'hex'), bytes: bytes.length }, bytes };
}

/** Null for what is no base64; Buffer would leave out what it does not know. */
function decodeBase64(text: string): Uint8Array | null {
  const plain = text.includes('%')
    ? text.replaceAll(/%3D/gi, '=').replaceAll(/%2B/gi, '+').replaceAll(/%2F/gi, '/')
    : text;
  const clean = plain.replaceAll(/\s/g, '');
  if (!/^[A-Za-z\d+/_-]*={0,2}$/.test(clean) || clean.replace(/=+$/, '').length % 4 === 1) return null;
  return Buffer.from(clean, 'base64');
}

function decodePercent(text: string): Uint8Array | null {
  try {
    return Buffer.from(decodeURIComponent(text));
  } catch {
    return null;
  }
}
