import { didYouMean } from '../text/suggest.js';

/** The cases that a name on the command line stands for: the one with this id, else those that a glob (`*`, `?`) fits, else those that begin with it. */
export function casesNamed(ids: Iterable<string>, name: string): readonly string[] {
  const all = [...ids];
  if (all.includes(name)) return [name];
  if (name === '') return [];
  if (!/[*?]/.test(name)) return all.filter((id) => id.startsWith(name));
  const escaped = name.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${escaped.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`, 'u');
  return all.filter((id) => pattern.test(id));
}

/** Why a name stands for no case, with a guess. */
export function explainNoCase(ids: Iterable<string>, name: string): string {
  if (name === '') return 'an empty name is that of no case';
  return `there is no case ${name}${didYouMean(name, ids)}`;
}
