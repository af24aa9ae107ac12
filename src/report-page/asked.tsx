import { count } from '../core/text/format.js';
import type { PageSample } from './data.js';
import { Field } from './field.js';
import { Messages } from './messages.js';

/** What a case asks: its variables, the messages as they were sent where the record has them, and what is expected. */
export function Asked({ content }: { readonly content: PageSample }) {
  return (
    <section class="asked" aria-label="Input">
      {Object.entries(content.vars).map(([name, value]) => (
        <Field key={name} label={name} value={value} />
      ))}
      {content.messages && (
        <details class="field">
          <summary>Messages as sent, {count(content.messages.length, 'message')}</summary>
          <Messages messages={content.messages} />
        </details>
      )}
      {content.expected !== undefined && <Field label="expected" value={content.expected} />}
    </section>
  );
}
