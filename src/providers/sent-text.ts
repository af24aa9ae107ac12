import { textOf } from '../core/requests/message-text.js';
import type { Content } from '../model/message.js';
import { ProviderError } from './provider-error.js';

/** The text of a content as it is sent. Throws ProviderError for what is no text: words about an image are no image. */
export function sentText(content: Content): string {
  const other = typeof content === 'string' ? undefined : content.find(({ type }) => type !== 'text');
  if (other)
    throw new ProviderError(
      'invalid-request',
      `a message has a part of type ${other.type}, which is not sent to this service`,
    );
  return textOf(content);
}
