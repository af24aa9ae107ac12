import { z } from 'zod';
import { configFileSchemaFor, environmentSchema, priceSchema, providerLimits } from '../src/model/config.js';
import { environmentPolicySchema, rolloutPlanSchema, rolloutStepSchema } from '../src/model/environment.js';
import type { AnyProvider } from '../src/providers/contract/provider.js';
import { providerEntrySchema } from '../src/providers/contract/provider.js';
import { code, rowsOf, table } from './schema-table.js';

const INTRODUCTION = `# llmci.yaml

<!-- Generated from the schemas in src/ by \`npm run docs\`. Do not edit. -->

All keys of \`llmci.yaml\`, at the root of the project. The file is optional, and so is every key. What the keys are for is told with
examples in [providers](providers.md), [judges](../guide/judges.md), [cache](../guide/cache.md), [semantic similarity](../guide/semantic.md), [releases](../guide/releases.md) and
[a prompt server](../guide/serve.md).
`;

const HEAD = ['key', 'type', 'default', 'meaning'];

/** The page docs/reference/config.md, made from the schema of the file and the definitions of the providers alone. */
export function renderConfigPage(providers: readonly AnyProvider[]): string {
  const schema = configFileSchemaFor(z.record(z.string(), z.unknown()).describe('name'));
  const parts = Object.entries(schema.shape).flatMap(([name, part]) => {
    const inner = part instanceof z.ZodOptional ? part.unwrap() : part;
    return inner instanceof z.ZodObject ? [`## ${name}\n\n${table(HEAD, rowsOf(inner))}\n`] : [];
  });
  const limits = rowsOf(z.strictObject(providerLimits));
  const shared = new Set([...limits.map(([name]) => name), code('type')]);
  const types = providers.map((definition) => {
    const own = rowsOf(providerEntrySchema(definition)).filter(([name]) => !shared.has(name));
    const keys = own.length === 0 ? 'It has no keys of its own.' : table(HEAD, own);
    return `### type: ${definition.type}\n\n${definition.describe}\n\n${keys}\n`;
  });
  return [
    INTRODUCTION,
    `${table(HEAD, rowsOf(schema))}\n`,
    ...parts,
    `## prices\n\nFor each model:\n\n${table(HEAD, rowsOf(priceSchema))}\n`,
    `## environments\n\nFor each environment:\n\n${table(HEAD, rowsOf(environmentSchema))}\n`,
    `The \`evidence\` of an environment:\n\n${table(HEAD, rowsOf(environmentPolicySchema.shape.evidence.unwrap()))}\n`,
    `The \`rollout\` of an environment:\n\n${table(HEAD, rowsOf(rolloutPlanSchema))}\n`,
    `Each of the \`steps\` of a rollout:\n\n${table(HEAD, rowsOf(rolloutStepSchema))}\n`,
    `The \`copies\` of a rollout:\n\n${table(HEAD, rowsOf(rolloutPlanSchema.shape.copies.unwrap()))}\n`,
    `## providers\n\nEvery provider has a \`type\`, and these limits:\n\n${table(HEAD, limits)}\n`,
    ...types,
  ].join('\n');
}
