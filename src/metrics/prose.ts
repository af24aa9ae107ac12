/** The prose of an output: without fenced code, code spans and addresses. All of it when nothing else is left. */
export function proseOf(text: string): string {
  const kept: string[] = [];
  let isCode = false;
  for (const line of text.split('\n')) {
    if (/^\s{0,3}(?:```|~~~)/.test(line)) isCode = !isCode;
    else if (!isCode) kept.push(line);
  }
  const prose = kept
    .join('\n')
    .replace(/`[^`\n]{1,200}`/g, ' ')
    .replace(/\b(?:https?:\/\/|www\.)[^\s<>()]{1,2000}/g, ' ')
    .replace(/(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,255}/g, ' ');
  return /\p{L}/u.test(prose) ? prose : text;
}
