import { defineProvider } from './contract/provider.js';
import { ProviderError } from './contract/provider-error.js';

/** Answers from recordings only. */
export const replay = defineProvider({
  type: 'replay',
  describe: 'Never calls anything: an answer that is not in the cassette is an error.',
  config: {},
  builtIn: true,
  identity: () => ({}),
  create: () => ({
    complete: async () => {
      throw new ProviderError(
        'not-recorded',
        'the answer to this request is not recorded; record it on the model itself, with --model and --record',
      );
    },
  }),
});
