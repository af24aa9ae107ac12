import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Rows above and below the window that are made as well, so that a fast hand finds some. */
const SPARE = 12;

/** The rows of a list that the window shows, from `first` to before `last`, as the page is scrolled. */
export function useVisibleRows(
  list: RefObject<HTMLElement | null>,
  rows: number,
  height: number,
): readonly [first: number, last: number] {
  const [range, setRange] = useState<readonly [number, number]>([0, 60]);
  useEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / height) - SPARE);
      const last = Math.max(first + 2 * SPARE, Math.ceil((innerHeight - top) / height) + SPARE);
      setRange((known) => (known[0] === first && known[1] === last ? known : [first, last]));
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [list, height]);
  return [Math.min(range[0], Math.max(0, rows - 1)), Math.min(range[1], rows)];
}
