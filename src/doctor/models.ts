import { parseModelReference } from '../core/requests/model-reference.js';
import { count } from '../core/text/format.js';
import { type Check, fault, modelsNamed, ok, warn } from './check.js';

const RULES = ['unknown-model', 'retired-model', 'retiring-model'];

/** Models that no service knows, that are retired, or will be soon: what lint says of them. */
export const models: Check = {
  id: 'models',
  look: async (examined) => {
    const found = examined.lint.problems.filter(({ rule }) => rule !== undefined && RULES.includes(rule));
    if (found.length === 0)
      return [
        ok(`${count(modelsNamed(examined).length, 'model')}, none of them known to be misspelt, retired or retiring`),
      ];
    return found.map(({ file, line, message, rule, severity }) => {
      const text = `${file}:${line}: ${message}`;
      const old = /^\S+\/\S+/.exec(message)?.[0] ?? 'MODEL';
      const to = `${parseModelReference(old).provider}/MODEL`;
      const remedy =
        rule === 'unknown-model'
          ? 'Write another, or see with --online whether the service has it.'
          : `llmci migrate ${old} --to ${to}`;
      return severity === 'error' ? fault(text, remedy) : warn(text, remedy);
    });
  },
};
