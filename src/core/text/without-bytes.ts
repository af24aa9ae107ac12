import { hash } from 'node:crypto';
import { isRecord, type Json, Literal } from '../../model/json.js';
import { parseJsonText } from './json-text.js';
import { jsonText } from './json-value.js';

/** A whole text that is a data: URL, in base64 or not. */
const WHOLE = /^\s*data:([\w.+-]+\/[\w.+-]+)?((?:;\s*[\w.+-]+(?:=[^;,]*)?)*),(.*)$/is;
/** One within a text: in base64, which says where it ends. */
const WITHIN = /data:([\w.+-]+\/[\w.+-]+)?((?:;[\w.+-]+=[^;,\s"']*)*);base64,([\w+/%-]*={0,2})/gi;
/** Words by which services mark bytes that stand outside of a data: URL. */
const MARKED = /"(?:base64|input_audio|file_data)"|base64,/;

/**
 * A value as records may hold it: in the place of bytes stand what they are, how many, and their digest
 * (`data:image/png;bytes=68;sha256=…`). Bytes are those of data: URLs, also within texts, and those that OpenAI and Anthropic
 * have in parts of messages; in values, and in texts that are JSON. All else is left as it is.
 */
export function withoutBytes(value: Json): Json {
  if (typeof value === 'string') return textWithoutBytes(value);
  if (value instanceof Literal) return value;
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (!isRecord(value)) return value;
  const members = Object.entries(value as Readonly<Record<string, Json>>);
  const isSource = value['type'] === 'base64';
  return Object.fromEntries(
    members.map(([key, member]) => {
      if (key === 'data' && isSource && typeof member === 'string') return [key, describe(member, mediaTypeOf(value))];
      if (key === 'file_data' && typeof member === 'string' && !/^\s*(?:data|https?):/i.test(member))
        return [key, describe(member, '')];
      if (key === 'input_audio' && isRecord(member) && typeof member['data'] === 'string')
        return [key, { ...member, data: describe(member['data'], '') }];
      return [key, withoutBytes(member)];
    }),
  );
}

/** The same for a text. */
export function textWithoutBytes(text: string): string {
  if (!/data:|base64|input_audio|file_data/i.test(text)) return text;
  const whole = WHOLE.exec(text);
  if (whole) {
    const [, mediaType = '', settings = '', data = ''] = whole;
    const isBase64 = /;\s*base64\s*$/i.test(settings);
    // `data:` alone, with words behind it, is prose
    if (isBase64 || mediaType !== '') return describe(data, mediaType, isBase64);
  }
  if (/^\s*[[{]/.test(text) && MARKED.test(text)) {
    const parsed = parseJsonText(text, { keep: 'texts' });
    if (parsed.fault === null) return jsonText(withoutBytes(parsed.data));
  }
  return text.replaceAll(WITHIN, (_, mediaType: string | undefined, _settings, data: string) =>
    describe(data, mediaType ?? ''),
  );
}

function describe(data: string, mediaType: string, isBase64 = true): string {
  const bytes = Buffer.from(isBase64 ? data : unescaped(data), isBase64 ? 'base64' : 'utf8');
  return `data:${mediaType};bytes=${bytes.length};sha256=${hash('sha256', bytes, 'hex')}`;
}

function unescaped(data: string): string {
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}

function mediaTypeOf(source: Readonly<Record<string, unknown>>): string {
  const mediaType = source['media_type'];
  return typeof mediaType === 'string' ? mediaType : '';
}
