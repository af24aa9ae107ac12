import { withoutFence } from '../json-output.js';
import { looseMembers } from '../text/loose-members.js';

/** A refusal stands at the start; an answer may say anything later. */
const OPENING_SENTENCES = 5;
const OPENING_LENGTH = 900;
/** So many texts of a JSON value are judged. */
const JSON_TEXTS = 100;
/** A longer JSON text is judged as it stands. */
const JSON_LENGTH = 200_000;

/** The text itself, or the first texts in it when it is JSON, or was meant to be. */
export function textsOfOutput(text: string): readonly string[] {
  const json = withoutFence(text);
  if (json.length > JSON_LENGTH || !/^\s*["[{]/.test(json)) return [text];
  try {
    return textsInJson(JSON.parse(json));
  } catch {
    return looseMembers(json)
      .slice(0, JSON_TEXTS)
      .map(({ value }) => value);
  }
}

/** The first texts in a JSON value, in their order. */
export function textsInJson(json: unknown): readonly string[] {
  const left: unknown[] = [json];
  const texts: string[] = [];
  // an own stack, because the depth of the JSON is the model's choice
  while (left.length > 0 && texts.length < JSON_TEXTS) {
    const value = left.pop();
    // A text in it may be JSON again
    if (typeof value === 'string') texts.push(...textsOfOutput(value));
    else if (value !== null && typeof value === 'object') {
      for (const member of Object.values(value).reverse()) left.push(member);
    }
  }
  return texts;
}

/**
 * The first sentences as phrases are matched with them: in lower case, with straight apostrophes and single spaces, and
 * without what the text only quotes.
 */
export function openingOf(text: string): readonly string[] {
  const plain = text
    .trimStart()
    .slice(0, 4 * OPENING_LENGTH)
    .normalize('NFC')
    .toLowerCase()
    // the Turkish i with and without a dot, and marks that Arabic may be written with or without
    .replace(/i\u0307|\u0131/g, 'i')
    .replace(/[\u064b-\u0652\u0640\u200c-\u200f\ufeff]/g, '')
    .replace(/[\u2018\u2019\u02bc\u00b4`]/g, "'")
    .replace(/[*_#>]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^["\u201c\u201e\u00ab\u300c\u300e]([^"\u201d\u00bb\u300d\u300f]*)["\u201d\u00bb\u300d\u300f]$/, '$1')
    .replace(
      /["\u201c\u201e\u00ab\u300c\u300e][^"\u201c\u201d\u00bb\u300d\u300f]{0,400}["\u201c\u201d\u00bb\u300d\u300f]/g,
      '""',
    )
    .slice(0, OPENING_LENGTH);
  return plain
    .split(/(?<=[.!?;\u061f\u061b\u06d4])\s|(?<=[\u3002\uff01\uff1f\uff1b\u0964])\s?/)
    .slice(0, OPENING_SENTENCES);
}
