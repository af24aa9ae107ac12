import type { Json } from '../model/json.js';
import type { Findings } from './import-findings.js';
import type { Located } from './located.js';
import { textOfLocated } from './located.js';
import { modelNamed } from './models.js';

/** The model of a prompt file, if llmci can ask it; what its provider needs goes into `providers`. */
export function readModel(
  written: Located | undefined,
  findings: Findings,
  providers: Record<string, Json>,
): string | undefined {
  const text = textOfLocated(written);
  if (!written || text === undefined) return undefined;
  const named = modelNamed(text.replace(/^azureml:\/\/registries\/([\w-]+)\/models\/([^/]+).*$/, '$1/$2'));
  if (named === null) {
    findings.refuse(
      `model ${text}`,
      written.place,
      'llmci knows no service that has it: name one in llmci.yaml, and the model as `provider/model`',
    );
    return undefined;
  }
  findings.take(`model ${text}`, written.place, `\`${named.model}\``);
  findings.mark('model', written.place);
  if (named.provider) providers[named.provider.name] = named.provider.entry;
  return named.model;
}
