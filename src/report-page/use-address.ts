import { useCallback, useEffect, useState } from 'preact/hooks';
import { addressOf, type PageState, parseAddress } from './address.js';

/** Changes some of the state; `push` makes it a step that the browser's Back undoes. */
export type Go = (change: Partial<PageState>, push?: boolean) => void;

/** The state of the page, which is that of its address. */
export function useAddress(): readonly [PageState, Go] {
  const [state, setState] = useState(() => parseAddress(location.hash));
  useEffect(() => {
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
  const go = useCallback<Go>((change, push = false) => {
    const next = { ...parseAddress(location.hash), ...change };
    const address = addressOf(next);
    if (push) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    setState(next);
  }, []);
  return [state, go];
}
