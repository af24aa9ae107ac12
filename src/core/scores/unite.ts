/** What tells that two members belong together; undefined for what is shared with nobody. */
export type Labelling = (index: number) => string | number | undefined;

/**
 * The cluster of each of so many members: those that share a label of any kind are one, through others too. A cluster is
 * named by the place of its first member.
 */
export function unite(size: number, ...labellings: readonly Labelling[]): Uint32Array {
  const parents = Uint32Array.from({ length: size }, (_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    for (let next = parents[root] ?? root; next !== root; next = parents[root] ?? root) {
      parents[root] = parents[next] ?? next;
      root = next;
    }
    return root;
  };
  for (const labelOf of labellings) {
    const firsts = new Map<string | number, number>();
    for (let index = 0; index < size; index++) {
      const label = labelOf(index);
      if (label === undefined) continue;
      const first = firsts.get(label);
      if (first === undefined) firsts.set(label, index);
      else {
        const [a, b] = [rootOf(first), rootOf(index)];
        parents[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  return parents.map((_, index) => rootOf(index));
}
