import { expect, it } from 'vitest';
import { formatNames, jsonSchemaOf } from '../src/project/schemas.js';

it.each(formatNames)('schemas/%s.schema.json is fresh (npm run schemas)', async (format) => {
  await expect(`${JSON.stringify(jsonSchemaOf(format), null, 2)}\n`).toMatchFileSnapshot(
    `../schemas/${format}.schema.json`,
  );
});
