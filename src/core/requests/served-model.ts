/** What stands for a date or a version of one model: `2025-04-14`, `20250929`, `0613`, `001`, `latest`, `preview`. */
const SNAPSHOT = /^(?:\d{2,8}|v\d+|latest|preview|exp|beta|fp8|fp16|it)$/;

/**
 * Whether a service names another model than it was asked for. An alias and its dated snapshot are one model, and so are
 * the ways in which services write a name: with the vendor in front, a tag behind, or its words in another order.
 */
export function isOtherModel(asked: string, served: string): boolean {
  const wanted = wordsOf(asked);
  const got = wordsOf(served);
  if (wanted.join('') === got.join('')) return false;
  const rest = [...got];
  for (const word of wanted) {
    const at = rest.indexOf(word);
    if (at !== -1) rest.splice(at, 1);
    else if (!SNAPSHOT.test(word)) return true;
  }
  return !rest.every((word) => SNAPSHOT.test(word));
}

/** The words of a name without its vendor, file ending and tag. */
function wordsOf(name: string): string[] {
  const last = name.toLowerCase().split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(/[:@](?!\d+(?:\.\d+)?b\b)[^:]*$/, '').replace(/\.gguf$/, '');
  return plain.match(/\d+(?:\.\d+)*[a-z]*|[a-z]+\d*(?:\.\d+)*/g) ?? [];
}
