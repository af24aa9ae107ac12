/** A question for `expect.poll`: whether a count is what it was when this was last asked. */
export function standsStill(count: () => number): () => boolean {
  let before = Number.NaN;
  return () => {
    const now = count();
    const still = now === before;
    before = now;
    return still;
  };
}
