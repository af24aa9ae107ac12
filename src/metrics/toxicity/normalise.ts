const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntity(whole: string, body: string): string {
  if (!body.startsWith('#')) return namedEntities[body.toLowerCase()] ?? whole;
  const code = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : ' ';
}

/**
 * The text as the classifier reads it: lower case, one line, plain letters, without what only tells where a text
 * comes from (links, user mentions, retweet marks, emoji, HTML entities, spreadsheet escapes). What is left out here
 * cannot be mistaken for toxicity merely because one training source is full of it.
 *
 * Any string is accepted, lone surrogates and NUL included. The result may be empty. Takes time linear in the text.
 */
export function normaliseText(text: string): string {
  return (
    text
      .replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,4});/gi, decodeEntity)
      // Normalising takes time in the square of a run of combining marks.
      .replace(/(\p{M}{4})\p{M}+/gu, '$1')
      .replaceAll('\u{1f595}', ' fuck you ')
      // With the u flag this class only matches surrogates that have no partner.
      .replace(/[\uD800-\uDFFF]/gu, ' ')
      .normalize('NFKC')
      .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]|\u034f|[\ufe00-\ufe0f]/g, '')
      .toLowerCase()
      .replace(/_x000d_/g, ' ')
      .replace(/\b(?:https?:\/\/|www\.)\S+/g, ' ')
      .replace(/(^|[^\w@])@\w{2,}:?/g, '$1 ')
      .replace(/(^|\W)rt\s*(?=:|\s|$)/g, '$1 ')
      .replace(/[\u2018\u2019\u02bc`\u00b4]/g, "'")
      .replace(/[\u201c\u201d\u00ab\u00bb]/g, '"')
      .replace(/[\p{Extended_Pictographic}\p{Cc}\p{Cf}\p{Co}\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]/gu, ' ')
      .replace(/#(?=[a-z])/g, '')
      .replace(/(\p{L})\1{2,}/gu, '$1$1')
      .replace(/([^\p{L}\p{N}\s])\1+/gu, '$1')
      .replace(/\s+/g, ' ')
      .replace(/^[\s!?.,:;"-]+/, '')
      .trim()
  );
}
