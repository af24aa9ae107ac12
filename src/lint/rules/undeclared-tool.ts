import { eachPrompt, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const undeclaredTool = defineRule({
  id: 'undeclared-tool',
  group: 'tools',
  describe: 'The text tells the model to call a tool that `tools` does not declare: it cannot.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    if (prompt.tools.length === 0) return [];
    const known = new Set(prompt.tools.map(({ name }) => name));
    return texts.flatMap(({ text, spot, role }) => {
      if (role !== 'system' && role !== 'developer') return [];
      const named = /\b(?:call|use|invoke)(?: the)?(?: tool| function)? (`?)([a-z]+(?:_[a-z0-9]+)+)\1(?:\(\))?/gi;
      return [...withoutTags(text).matchAll(named)].flatMap((match) => {
        const name = match[2] ?? '';
        if (known.has(name)) return [];
        const message = `there is no tool ${name}: the prompt declares ${[...known].slice(0, 5).join(', ')}`;
        return [{ spot: { ...spot, offset: match.index + match[0].indexOf(name) }, message }];
      });
    });
  }),
  examples: {
    bad: [
      {
        describe: 'the tool has another name now',
        prompt: `messages:
  - { role: system, content: Use lookup_order before you answer. }
  - { role: user, content: "{{ ticket }}" }
tools: [{ name: find_order, description: Looks up an order. }]
`,
        finds: 'lookup_order',
      },
    ],
    good: [
      {
        describe: 'a tool that is there',
        prompt: `messages:
  - { role: system, content: Use find_order before you answer. }
  - { role: user, content: "{{ ticket }}" }
tools: [{ name: find_order, description: Looks up an order. }]
`,
      },
    ],
  },
});
