import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const blankChange = defineRule({
  id: 'blank-change',
  group: 'cache',
  describe:
    "Only blanks have changed since the base: the model is told the same, and vendors' caches, recordings and baselines start anew. Needs `--base`, or the variables of a CI system.",
  severity: 'warn',
  check: eachPrompt(({ texts, base, prompt }) => {
    if (base === null) return [];
    const now = texts.map(({ text }) => text);
    const isSame = (all: readonly string[]) => all.map((text) => text.replace(/\s+/g, ' ').trim()).join('\n');
    if (now.join('\n') === base.join('\n') || isSame(now) !== isSame(base)) return [];
    const index = now.findIndex((text, place) => text !== base[place]);
    const spot = texts[index]?.spot ?? { file: prompt.path, path: ['messages'] };
    const message =
      'nothing but blanks has changed here: leave the text as it was, or change it when there is more to change';
    return [{ spot, message }];
  }),
  examples: {
    bad: [
      {
        describe: 'two blanks where there was one',
        base: 'messages: [{ role: user, content: "Sum up {{ ticket }}" }]\n',
        prompt: 'messages: [{ role: user, content: "Sum up  {{ ticket }}" }]\n',
        finds: '"Sum up',
      },
    ],
    good: [
      {
        describe: 'other words',
        base: 'messages: [{ role: user, content: "Sum up {{ ticket }}" }]\n',
        prompt: 'messages: [{ role: user, content: "Sort {{ ticket }}" }]\n',
      },
    ],
  },
});
