import type { Case } from '../../model/case.js';
import type { Json } from '../../model/json.js';
import type { OutputFormat, Prompt } from '../../model/prompt.js';
import type { ModelReference, ModelRequest } from '../../model/request.js';
import { digest } from '../text/canonical.js';
import { compileTemplate } from '../text/template.js';

/**
 * A function from the variables of a case to the request that asks this prompt of this model. The templates are parsed
 * once. Both calls throw TemplateError.
 */
export function requestFactory(prompt: Prompt, model: ModelReference): (testCase: Pick<Case, 'vars'>) => ModelRequest {
  const render = messagesFactory(prompt);
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

/** A function from the variables of a case to the messages of a prompt, and the variables that these were made of. */
export function messagesFactory({
  messages,
  defaults,
}: Pick<Prompt, 'messages' | 'defaults'>): (testCase: Pick<Case, 'vars'>) => Pick<ModelRequest, 'messages' | 'vars'> {
  const templates = messages.map(({ role, content }) => ({ role, render: compileTemplate(content) }));
  return (testCase) => {
    const vars = { ...defaults, ...testCase.vars };
    return { messages: templates.map(({ role, render }) => ({ role, content: render(vars) })), vars };
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
  const { vars, output, ...asked } = request;
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
