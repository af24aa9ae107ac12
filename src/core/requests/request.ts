import type { Case } from '../../model/case.js';
import type { Json } from '../../model/json.js';
import type { OutputFormat, Prompt } from '../../model/prompt.js';
import type { ModelReference, ModelRequest } from '../../model/request.js';
import { digest } from '../text/canonical.js';
import { assembleMessages } from './assemble-messages.js';
import { type MediaFiles, mediaPartsWith, type OnBytes } from './media-source.js';
import { compileMessages } from './write-messages.js';

/** What is asked of which model, with what is known of the files that its messages name. */
export interface Asked {
  readonly prompt: Prompt;
  readonly model: ModelReference;
  readonly media?: MediaFiles;
}

/**
 * A function from a case to the request that asks this prompt of this model. The templates are parsed once. Both calls
 * throw TemplateError; what is returned, MessageError too. What the loader has checked throws neither.
 */
export function requestFactory({
  prompt,
  model,
  media,
}: Asked): (testCase: Pick<Case, 'vars' | 'messages'>) => ModelRequest {
  const render = messagesFactory(prompt, media);
  return (testCase) => {
    const { vars, messages } = render(testCase);
    return {
      model: model.model,
      parameters: prompt.parameters,
      messages,
      tools: prompt.tools,
      output: prompt.output,
      vars,
    };
  };
}

/** A function from a case to the messages of a prompt, and the variables that these were made of. Throws as `requestFactory`. */
export function messagesFactory(
  { messages, defaults }: Pick<Prompt, 'messages' | 'defaults'>,
  media: MediaFiles = new Map(),
): (testCase: Pick<Case, 'vars' | 'messages'>, onBytes?: OnBytes) => Pick<ModelRequest, 'messages' | 'vars'> {
  const write = compileMessages(messages);
  const mediaPart = mediaPartsWith(media);
  return (testCase, onBytes) => {
    const vars = { ...defaults, ...testCase.vars };
    const written = write({ vars, messages: testCase.messages });
    return { messages: assembleMessages(written, onBytes ? mediaPartsWith(media, onBytes) : mediaPart), vars };
  };
}

/** What of a provider can change an answer. */
export interface ProviderIdentity {
  readonly type: string;
  /** Whether the variables themselves are sent, not only the messages made of them. */
  readonly sendsVars: boolean;
  readonly settings: Readonly<Record<string, Json | undefined>>;
}

/**
 * The key of a sample in cassettes and the cache: the sha256, in hex, of all that can change its answer (provider,
 * model, parameters, messages, tools, output format, trial) and of nothing else (not the provider's name, its key or
 * its pace, nor the names of suite, prompt and case).
 */
export function sampleKey(provider: ProviderIdentity, request: ModelRequest, trial: number): string {
  const { vars, output, session: _, ...asked } = request;
  return digest({
    provider: { type: provider.type, ...provider.settings },
    ...asked,
    output: asksOf(output),
    ...(provider.sendsVars ? { vars } : {}),
    trial,
  });
}

/**
 * What of a format is in the key. Recordings are older than the labels of a schema, which were not sent then: those that
 * hold a model to nothing else than before are left out.
 */
function asksOf({ name: _, description: __, strict, ...output }: ModelRequest['output']): OutputFormat {
  return strict === false ? { ...output, strict } : output;
}
