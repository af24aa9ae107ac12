import type { PlacedPart } from '../contract/media.js';
import { refuseInputPart } from './openai-input.js';
import { refuseChatPart } from './openai-messages.js';
import { isResponsesOnly } from './responses-models.js';

/** The two ways in which OpenAI and others let a model be asked; `openai-apis.ts` is what they do. */
export const APIS = ['chat', 'responses'] as const;
export type ApiName = (typeof APIS)[number];

/** How a model is asked: as the entry says, else by what OpenAI offers it in. */
export function apiNameOf(
  { api, isOfficial }: { readonly api?: ApiName | undefined; readonly isOfficial: boolean },
  model: string,
): ApiName {
  return api ?? (isOfficial && isResponsesOnly(model) ? 'responses' : 'chat');
}

/** Why a part cannot be sent in this way, and what to do; null when it can. */
export const refusePartOf: Readonly<Record<ApiName, (placed: PlacedPart, isOfficial: boolean) => string | null>> = {
  chat: refuseChatPart,
  responses: refuseInputPart,
};
