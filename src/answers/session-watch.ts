import type { ModelRequest } from '../model/request.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import type { Asking, Outcome } from './answers.js';

/**
 * Watches over a conversation whose state an app keeps. Its session is recorded nowhere but in the journal, and an app
 * may have forgotten it: then what is there of the conversation cannot go on, and it is asked anew from its first turn.
 */
export class SessionWatch {
  #lost = false;
  /** Whether the app has answered a turn since the conversation was taken up. */
  #answered = false;

  /** Whether the conversation has to be asked anew. */
  get lost(): boolean {
    return this.#lost;
  }

  /** How a step is asked. */
  around(step: number): { readonly anew: boolean; readonly ask: Asking } {
    const ask: Asking = (request, call) => {
      if (step === 1 || request.session !== null) return call(request);
      this.#lost = true;
      throw new ProviderError('not-recorded', 'the session that the turns before were recorded in is over');
    };
    return { anew: this.#lost, ask };
  }

  /** Takes what became of a step. */
  told({ session }: ModelRequest, { output, error }: Outcome): void {
    if (output?.source === 'live') this.#answered = true;
    if (error?.kind === 'invalid-request' && session && !this.#answered) this.#lost = true;
  }
}
