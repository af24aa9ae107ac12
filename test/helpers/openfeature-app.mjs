// An app that resolves flags with OpenFeature's own SDK: `node openfeature-app.mjs ADDRESS TOKEN`, one question of JSON on
// standard input, { flag, context }[]. It is a process of its own, as apps are.
import { text } from 'node:stream/consumers';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';

const [baseUrl, token] = process.argv.slice(2);
const provider = new OFREPProvider({ baseUrl, headers: [['authorization', `Bearer ${token}`]] });
await OpenFeature.setProviderAndWait(provider);
const client = OpenFeature.getClient();
const answers = [];
for (const { flag, context } of JSON.parse(await text(process.stdin)))
  answers.push(await client.getObjectDetails(flag, { default: true }, context));
process.stdout.write(JSON.stringify(answers));
await OpenFeature.close();
