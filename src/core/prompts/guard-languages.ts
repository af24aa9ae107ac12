/**
 * What forbids in other languages than English, where a topic cannot be told. No more than the plain words: whoever takes one
 * out of a message has most likely taken a rule out. Languages without small letters need none.
 */
const FORBIDS: readonly string[] = [
  // de, nl
  'nie|niemals|nicht|kein(?:e[nmrs]?)?|keinesfalls|verboten|untersagt|nooit|niet|geen|verboden',
  // fr, es, pt, it
  String.raw`jamais|interdit\p{L}*|ne\s+\p{L}+(?:\s+\p{L}+)?\s+(?:pas|aucun\p{L}*)|n['’]\p{L}+\s+(?:pas|aucun\p{L}*)`,
  String.raw`nunca|jamás|prohibid\p{L}*|no\s+(?:debes?|puedes?|se\s+permite|\p{L}{2,}(?:as|es))|não|proibid\p{L}*|mai|non\s+\p{L}+|vietat\p{L}*`,
  // pl, cs, sk, ru, uk, bg
  String.raw`nigdy|zakaz\p{L}*|nikdy|nesm[íi]\p{L}*|никогда|нельзя|не|запрещ\p{L}*|ніколи|заборон\p{L}*|никога|забран\p{L}*`,
  // sv, da, no, fi
  String.raw`aldrig|aldri|inte|ikke|förbjud\p{L}*|forbudt|älä|ei\s+saa|koskaan`,
  // tr, id, ms, vi, el, ro, hu
  String.raw`asla|hiçbir\s+zaman|yasak\p{L}*|jangan|dilarang|tidak\s+boleh|không\s+được|đừng|cấm|ποτέ|μην?|απαγορ\p{L}*|niciodată|interzis\p{L}*|soha|tilos|ne`,
  // ar, fa, he, hi
  String.raw`أبد[اً]*|ممنوع|لا|هرگز|ممنوع|אסור|לעולם\s+לא|אל|कभी\s+नहीं|मत|निषिद्ध`,
];
const WORDS = new RegExp(String.raw`(?<![\p{L}\p{M}])(?:${FORBIDS.join('|')})(?![\p{L}\p{M}\p{Cf}])`, 'giu');
/** Scripts whose words have no blanks between them. */
const SIGNS =
  /切勿|不要|不得|不可|不能|不准|不应|禁止|严禁|嚴禁|绝不|絕不|绝对不|請勿|请勿|勿|決して|ないで|てはいけ|てはなら|禁止|하지\s*마|마세요|마십시오|절대|금지|안\s*됩니다|ห้าม|อย่า/gu;
/** What leaves room where a rule stood. */
const LEAVES_ROOM =
  /(?<![\p{L}\p{M}])(?:möglichst|wenn möglich|sollte[nst]*|normalerweise|nach Möglichkeit|si possible|de préférence|devrai\p{L}*|si es posible|preferiblemente|deberías?|se possibile|preferibilmente|dovresti|se possível|de preferência|deveria\p{L}*|zo mogelijk|indien mogelijk|liefst|jeśli to możliwe|raczej|по возможности|желательно|mümkünse|tercihen)(?![\p{L}\p{M}])|尽量|尽可能|最好|なるべく|できるだけ|가능하면|가급적/giu;

/** How often a sentence forbids in another language than English, less what leaves room in it. */
export function forbidsAbroad(sentence: string): { readonly forbids: number; readonly leavesRoom: number } {
  const count = (pattern: RegExp) => sentence.match(pattern)?.length ?? 0;
  return { forbids: count(WORDS) + count(SIGNS), leavesRoom: count(LEAVES_ROOM) };
}
