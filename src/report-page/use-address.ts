import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { addressOf, type PageState, parseAddress } from './address.js';

/** Changes some of the state; `push` makes it a step that the browser's Back undoes. */
export type Go = (change: Partial<PageState>, push?: boolean) => void;

/** The state of the page, which is that of its address. */
export function useAddress(): readonly [PageState, Go] {
  const [state, setState] = useState(() => parseAddress(location.hash));
  useLayoutEffect(() => {
    // What a link asks for stands below the gates
    if (location.hash.length > 1) document.getElementById('app')?.scrollIntoView();
    const follow = () => setState(parseAddress(location.hash));
    const followLink = () => {
      follow();
      requestAnimationFrame(() => document.getElementById('app')?.scrollIntoView());
    };
    addEventListener('hashchange', followLink);
    addEventListener('popstate', follow);
    return () => {
      removeEventListener('hashchange', followLink);
      removeEventListener('popstate', follow);
    };
  }, []);
  const latest = useRef(state);
  latest.current = state;
  const go = useCallback<Go>((change, push = false) => {
    const next = { ...latest.current, ...change };
    latest.current = next;
    setState(next);
    try {
      if (push) history.pushState(null, '', addressOf(next));
      else history.replaceState(null, '', addressOf(next));
    } catch {
      // Browsers take so many addresses in half a minute, and a key that is held down makes more; the page goes on
    }
  }, []);
  return [state, go];
}
