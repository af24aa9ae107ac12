import { eachPrompt, isSaidToModel, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** A name with the word for it: "the `lookup` tool", "call the function lookup_order". */
const CALLED_TOOL =
  /\b(?:[Tt]he|[Yy]our|an?|[Uu]se|[Cc]all|[Ii]nvoke)\s+(?:([`"'])([a-zA-Z][\w-]*)\1|\b([a-z]+(?:_[a-z0-9]+)+|[a-z]+[A-Z]\w*)(?=\s+(?:tool|function)\b))\s+(?:tool|function)\b|\b(?:[Cc]all|[Uu]se|[Ii]nvoke)\s+(?:the\s+)?(?:tool|function)\s+[`"']?([a-zA-Z]\w*[_A-Z]\w*|(?<=[`"'])[a-zA-Z]\w*)/g;
/** A name that looks like one of a function: "use lookup_order". */
const CALLED = /\b(?:call|use|invoke) (?:the )?(`?)((?!snake_case|kebab_case)[a-z]+(?:_[a-z0-9]+)+)\1(?:\(\))?/gi;

export const undeclaredTool = defineRule({
  id: 'undeclared-tool',
  group: 'tools',
  describe: 'The text tells the model to call a tool that `tools` does not declare: it cannot.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    const known = new Set(prompt.tools.map(({ name }) => name));
    // Names of fields may stand behind "use" as well
    const fields = JSON.stringify([prompt.output.schema ?? null, prompt.inputSchema, prompt.tools]);
    return texts.filter(isSaidToModel).flatMap(({ text, spot, role }) => {
      const plain = withoutTags(text);
      const named = [CALLED_TOOL, ...(known.size > 0 && role !== 'user' ? [CALLED] : [])].flatMap((form) => [
        ...plain.matchAll(form),
      ]);
      const seen = new Set<string>();
      return named.flatMap((match) => {
        const name = match.slice(2).find((group) => group !== undefined) ?? '';
        if (known.has(name) || seen.has(name) || fields.includes(`"${name}"`)) return [];
        seen.add(name);
        const declared = known.size > 0 ? [...known].slice(0, 5).join(', ') : 'none';
        const message = `there is no tool ${name}: the prompt declares ${declared}`;
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
      {
        describe: 'no tool is declared at all',
        prompt: `messages:
  - { role: system, content: 'Look the order up with the "lookup" tool first.' }
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'lookup',
      },
    ],
    good: [
      {
        describe: 'a tool that is there',
        prompt: `messages:
  - { role: system, content: Use find_order before you answer. Use snake_case for names. }
  - { role: user, content: "{{ ticket }}" }
tools: [{ name: find_order, description: Looks up an order. }]
`,
      },
    ],
  },
});
