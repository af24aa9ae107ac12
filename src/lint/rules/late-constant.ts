import { estimateTokens } from '../../core/requests/cost.js';
import { formatNumber, formatUsd } from '../../core/text/format.js';
import { eachPrompt } from '../each-prompt.js';
import { modelOfPrompt } from '../model-of.js';
import { defineRule } from '../rule.js';

/** The shortest common beginning that OpenAI's cache takes, in tokens; Anthropic's is the same or longer. */
const SHORTEST_CACHED = 1024;

export const lateConstant = defineRule({
  id: 'late-constant',
  group: 'cache',
  describe: `Text that changes with every call stands before text that does not, so that ${formatNumber(SHORTEST_CACHED)} tokens and more, the least that vendors cache, could be shared by calls and are not (tokens are estimated). It tells the share that could be cached, and what that is worth.`,
  severity: 'warn',
  check: eachPrompt(({ texts, trusted, prompt }, { models }) => {
    const pieces = texts.flatMap(({ text, spot }) => piecesOf(text, trusted).map((piece) => ({ ...piece, spot })));
    const first = pieces.findIndex(({ changes }) => changes);
    if (first < 0) return [];
    const tokens = (some: typeof pieces) =>
      estimateTokens(some.filter(({ changes }) => !changes).map(({ text }) => text));
    const [shared, all] = [tokens(pieces.slice(0, first)), tokens(pieces)];
    const cached = shared >= SHORTEST_CACHED ? shared : 0;
    // Where messages are examples of a talk, their order is their meaning
    const isTalk =
      prompt.messages.filter((message) => !('history' in message) && message.role === 'assistant').length > 0;
    if (all < SHORTEST_CACHED || all - cached < SHORTEST_CACHED || isTalk) return [];
    const piece = pieces[first];
    if (!piece) return [];
    const share = Math.round((100 * cached) / all);
    const saved = modelOfPrompt(prompt, models)?.facts?.savedByCache ?? null;
    const worth = saved === null ? '' : `, ${formatUsd(((all - cached) * 1000 * saved) / 1e6)} less for 1,000 calls`;
    const message = `${piece.text} changes with every call, and about ${all - shared} tokens that do not stand behind it: put it last, and all of about ${all} tokens can come from the cache of the vendor, now ${share}%${worth}`;
    return [{ spot: { ...piece.spot, offset: piece.offset }, message }];
  }),
  examples: {
    bad: [
      {
        describe: 'the ticket before the rules',
        prompt: `messages:
  - role: user
    content: "{{ ticket }} ${'Answer kindly, briefly and only from the policy of the shop. '.repeat(90)}"
`,
        finds: '{{ ticket }}',
      },
    ],
    good: [
      {
        describe: 'the rules before the ticket',
        prompt: `messages:
  - role: user
    content: "${'Answer kindly, briefly and only from the policy of the shop. '.repeat(90)} {{ ticket }}"
`,
      },
      {
        describe: 'a text that is too short to be cached',
        prompt: 'messages: [{ role: user, content: "{{ ticket }} Answer kindly." }]\n',
      },
    ],
  },
});

interface Piece {
  readonly text: string;
  readonly offset: number;
  readonly changes: boolean;
}

/** A template cut at its tags: those that read nothing but what is the same in every call change nothing. */
function piecesOf(text: string, constant: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const piece of text.split(/(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/)) {
    const name = /^\{\{-?\s*([\w-]+)/.exec(piece)?.[1];
    const changes = name !== undefined && !constant.includes(name);
    if (piece !== '') pieces.push({ text: piece, offset, changes });
    offset += piece.length;
  }
  return pieces;
}
