import { z } from 'zod';

/**
 * The part of SARIF 2.1.0 that we write, as strict as its schema: no other key, the same bounds. GitHub's own demands are
 * here too: a fingerprint for every result.
 */
const textSchema = z.strictObject({ text: z.string().min(1) });
const uriReference = z.string().regex(/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?#]|%[0-9A-F]{2})*$/);

const resultSchema = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(0),
  level: z.enum(['none', 'note', 'warning', 'error']),
  message: textSchema,
  locations: z.array(
    z.strictObject({
      physicalLocation: z.strictObject({
        artifactLocation: z.strictObject({ uri: uriReference, uriBaseId: z.literal('%SRCROOT%') }),
        region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
      }),
    }),
  ),
  partialFingerprints: z.record(z.string(), z.string().min(1)),
});

export const sarifLogSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          semanticVersion: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              shortDescription: textSchema,
              fullDescription: textSchema,
              help: textSchema,
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      invocations: z
        .array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(
              z.strictObject({ level: z.enum(['none', 'note', 'warning', 'error']), message: textSchema }),
            ),
          }),
        )
        .optional(),
      results: z.array(resultSchema).max(5000),
    }),
  ),
});
