import { eachText, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

const FORMS = [
  /^[ \t]{0,40}(?:[-*#/>]{1,6}[ \t]{0,4})?((?:TODO|FIXME|XXX|TBD)(?:\([\w ]{0,40}\))?[ \t]{0,4}:[ \t]{0,4}\S)/dgm,
  /\b(lorem ipsum dolor)\b/dgi,
  /(?<=[(.!?;] ?|^[ \t]{0,40})((?:TODO|FIXME|TBD)\b:? [\w'"])/dgm,
  /([[<](?:INSERT|YOUR|ADD|ENTER|PUT)[ _-][A-Z][\w '-]{0,40}[\]>])/dg,
  /([[<][A-Z][A-Z '-]{2,40} HERE[\]>])/dg,
  /([[<](?:insert|add|enter|put) [\w '-]{2,40} here[\]>])/dgi,
  /(?<=\b(?:for|at|of|by|with|called|named|are|from) )([[<](?:Your |YOUR )?(?:Company|COMPANY|Product|PRODUCT|Brand|BRAND|Organi[sz]ation|ORGANI[SZ]ATION|Business|BUSINESS|Store|STORE|App|APP|Agent|AGENT|Assistant|ASSISTANT|Bot|BOT)(?:[ _-]?(?:Name|NAME))?[\]>])/dg,
  /\b((?:REPLACE|CHANGE|FILL)[-_ ]?(?:ME|THIS|IN))\b(?!\s+[a-z])/dg,
];

export const placeholder = defineRule({
  id: 'placeholder',
  group: 'text',
  describe: 'A note to oneself, or text that only holds a place, in a message that is sent.',
  severity: 'warn',
  check: eachText(({ text, spot, role }) =>
    role === 'assistant'
      ? []
      : FORMS.flatMap((form) =>
          [...withoutTags(text).matchAll(form)].map(({ indices, 1: found = '' }) => ({
            spot: { ...spot, offset: indices?.[1]?.[0] ?? 0 },
            message: `"${found.trim().slice(0, 20)}" is sent to the model: write what belongs here, or take it out`,
          })),
        ),
  ),
  examples: {
    bad: [
      {
        describe: 'a note to oneself',
        prompt: `messages:
  - role: system
    content: |
      You answer tickets.
      TODO: rules about refunds
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'TODO: rules',
      },
      {
        describe: 'a name that was to be filled in',
        prompt: 'messages: [{ role: user, content: "You answer for [INSERT COMPANY NAME]. {{ ticket }}" }]\n',
        finds: '[INSERT',
      },
      {
        describe: 'one that was never filled in',
        prompt: 'messages: [{ role: user, content: "You answer for [Company Name]. {{ ticket }}" }]\n',
        finds: '[Company',
      },
    ],
    good: [
      {
        describe: 'a prompt about such notes',
        prompt: `messages:
  - role: system
    content: List every TODO and FIXME in the code. Reply with <answer>, or with [NONE].
  - { role: user, content: "{{ code }}" }
`,
      },
    ],
  },
});
