import { useLayoutEffect, useRef } from 'preact/hooks';

export interface KeyActions {
  readonly move: (step: number) => void;
  readonly open: () => void;
  readonly close: () => void;
  readonly search: () => void;
}

/** `j k` and the arrows of a list, Enter, `/`, Esc. Keys with a modifier are the browser's, and those in a field the field's. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  // Before anything is painted: a key that follows at once would be lost
  useLayoutEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { move, open, close, search } = latest.current;
      const target = event.target instanceof HTMLElement ? event.target : document.body;
      const isField = target.matches('input, select, textarea');
      if (event.key === 'Escape') {
        if (isField) target.blur();
        close();
        return;
      }
      if (isField) return;
      if (event.key === 'j' || event.key === 'k') move(event.key === 'j' ? 1 : -1);
      else if (event.key === '/') search();
      else if (event.key === 'Enter' && (target === document.body || target.matches('a.row'))) open();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', act);
    return () => document.removeEventListener('keydown', act);
  }, []);
}
