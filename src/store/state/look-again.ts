/**
 * Looks at once, and again some milliseconds after each look has ended, until that is taken back: looks at what does not answer
 * would pile up otherwise, and who asks for it in earnest would wait behind them all.
 */
export function lookAgain(ms: number, look: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const next = async () => {
    await look();
    if (!isOver) timer = setTimeout(next, ms).unref();
  };
  void next();
  return () => {
    isOver = true;
    if (timer !== null) clearTimeout(timer);
  };
}
