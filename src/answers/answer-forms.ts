import { inForm } from '../core/requests/answer-form.js';
import { type AnswerForm, answerFormSchema } from '../model/answer-form.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import type { Asking } from './answers.js';

/**
 * Asks a model for JSON in the strongest form that its service takes. A form that was refused, where a weaker one was
 * answered, is not tried again.
 */
export class AnswerForms {
  readonly #forms: readonly AnswerForm[];
  #refused = 0;

  /** `only` is the one form to ask in; undefined to find it out. */
  constructor(only: AnswerForm | undefined) {
    this.#forms = only === undefined ? answerFormSchema.options : [only];
  }

  readonly ask: Asking = async (request, call, { sendsFormat = true }) => {
    const forms = sendsFormat || this.#forms.length === 1 ? this.#forms.slice(this.#refused) : (['words'] as const);
    let refusal: unknown = null;
    for (const form of forms) {
      try {
        const answer = await call(inForm(request, form));
        if (refusal !== null) this.#refused = Math.max(this.#refused, this.#forms.indexOf(form));
        return answer;
      } catch (error) {
        if (!mayRefuseForm(error)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  };
}

/** Services say in many words, or in none, that they know no such form; one that refuses it has cost nothing. */
function mayRefuseForm(error: unknown): boolean {
  return error instanceof ProviderError && error.kind === 'invalid-request' && !error.fatal;
}
