import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const unusedTool = defineRule({
  id: 'unused-tool',
  group: 'tools',
  describe: 'A tool that `toolChoice` never lets the model call: it is paid for with every call.',
  severity: 'warn',
  check: eachPrompt(({ prompt }) => {
    const { toolChoice } = prompt.parameters;
    if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'required') return [];
    return prompt.tools.flatMap(({ name }, index) => {
      if (toolChoice !== 'none' && toolChoice.tool === name) return [];
      const message = `toolChoice never lets the model call ${name}: take the tool out, or let it choose`;
      return [{ spot: { file: prompt.path, path: ['tools', index, 'name'] }, message }];
    });
  }),
  examples: {
    bad: [
      {
        describe: 'tools, and none may be called',
        prompt: `messages: [{ role: user, content: "{{ ticket }}" }]
modelParameters: { toolChoice: none }
tools:
  - name: find_order
    description: Looks up an order.
`,
        finds: 'find_order',
      },
    ],
    good: [
      {
        describe: 'the one that must be called',
        prompt: `messages: [{ role: user, content: "{{ ticket }}" }]
modelParameters: { toolChoice: { tool: find_order } }
tools: [{ name: find_order, description: Looks up an order. }]
`,
      },
    ],
  },
});
