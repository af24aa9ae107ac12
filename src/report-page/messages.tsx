import { describeMedia } from '../core/requests/message-text.js';
import type { Content, Message } from '../model/message.js';
import { Field } from './field.js';
import { FoldedText } from './folded-text.js';
import { seenLine } from './seen-text.js';

/** Messages in their order, with the calls that they ask for. */
export function Messages({ messages }: { readonly messages: readonly Message[] }) {
  return (
    <ol class="messages">
      {messages.map((message, n) => (
        <li key={n} class={message.role}>
          <h4>{message.role}</h4>
          <MessageContent content={message.content} />
          {message.role === 'assistant' &&
            message.toolCalls?.map((call) => <Field key={call.id} label={`→ ${call.name}`} value={call.arguments} />)}
        </li>
      ))}
    </ol>
  );
}

function MessageContent({ content }: { readonly content: Content }) {
  if (typeof content === 'string') return <FoldedText text={content} />;
  return content.map((part, n) => {
    if (part.type === 'text') return <FoldedText key={n} text={part.text} />;
    return (
      <p key={n} class="quiet">
        {part.type}: {seenLine(describeMedia(part))}
      </p>
    );
  });
}
