import { textsOfMessage } from '../../core/requests/prompt-texts.js';
import { count } from '../../core/text/format.js';
import { placeInText } from '../../core/text/text-place.js';
import type { Problem, SourcePlace } from '../../model/problem.js';
import { meantBy, placeOfCase, type ResolvedCase } from '../datasets/resolved-case.js';
import type { LoadedPrompt } from './load-prompts.js';

/** Which variables cases have, to find those that nothing reads: most likely the prompt has lost its question. */
export class VariableUse {
  /** Where each is met first. */
  readonly #places = new Map<string, SourcePlace>();

  add(item: ResolvedCase): void {
    for (const name in item.resolved.vars) {
      if (!this.#places.has(name)) this.#places.set(name, placeOfCase(item));
    }
  }

  /** A word on those that are not among the `used`, and on names that stand in a prompt as other tools write them. */
  problems(prompts: readonly LoadedPrompt[], used: ReadonlySet<string>): readonly Problem[] {
    const unused = [...this.#places.keys()].filter((name) => !used.has(name));
    const [first] = unused;
    const leftovers = prompts.flatMap((loaded) => findLeftovers(loaded, new Set(this.#places.keys())));
    const place = first === undefined ? undefined : this.#places.get(first);
    if (!place) return leftovers;
    const who = prompts.length === 1 ? `prompt ${prompts[0]?.prompt.id}` : `the ${count(prompts.length, 'prompt')}`;
    const what = `${unused.length === 1 ? 'variable' : 'variables'} ${unused.slice(0, 10).join(', ')}`;
    const more = unused.length > 10 ? ` and ${unused.length - 10} more` : '';
    const meant = unused.flatMap((name) => meantBy(name) ?? []);
    const hint = meant.length === 0 ? '' : `; of a case ${meant.join(' and ')} must be in small letters`;
    const message = `no message of ${who} uses ${what}${more}${hint}`;
    return [...leftovers, { ...place, message, rule: 'unused-variable', severity: 'warning' }];
  }
}

/** `{question}`, where `question` is a variable: sent as it stands. */
function findLeftovers({ prompt, source }: LoadedPrompt, names: ReadonlySet<string>): readonly Problem[] {
  const texts = prompt.messages.flatMap((message, index) =>
    textsOfMessage(message).map(({ text, path }) => ({ text, path: ['messages', index, ...path] })),
  );
  return texts.flatMap(({ text, path }) =>
    [...text.matchAll(/(?<![{%])\{\s*([\w-]+)\s*\}(?!\})/g)].flatMap((match): Problem[] => {
      const name = match[1] ?? '';
      if (!names.has(name)) return [];
      const { line, column } = placeInText(text, match.index);
      const place = source.within(path, line, column);
      const message = `\`${match[0]}\` is sent as it stands: write {{ ${name} }}`;
      return [{ ...place, message, rule: 'leftover-variable', severity: 'warning' }];
    }),
  );
}
