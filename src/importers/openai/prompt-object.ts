import type { PromptDraft } from '../draft/draft.js';
import { slug } from '../draft/names.js';
import { promptSettings } from '../draft/prompt-settings.js';
import type { Findings } from '../import-findings.js';
import { type Located, memberOf, textOfLocated } from '../located.js';
import { isChat, type MessagesDraft, NoMessage, readChat, type Translate } from '../messages.js';
import { variablesOfMessages } from '../missing-variables.js';
import { importModel } from '../models.js';
import { importOutputFormat } from '../output-format.js';
import { importParameters, isParameter } from '../parameters.js';
import type { Reading } from '../reading.js';
import { jinjaToLiquid } from '../templates/jinja.js';
import { readTools } from '../tools.js';
import { refuseTemplate, translateWith } from '../translate.js';

/** What `readAsked` reads besides parameters. */
const ASKED = new Set(['tools', 'tool_choice', 'parallel_tool_calls', 'text', 'response_format', 'reasoning']);
const READ = new Set([
  ...['id', 'object', 'name', 'description', 'model', 'instructions', 'messages', 'input', 'prompt', 'variables'],
  ...['version', 'created_at', 'updated_at', 'status', 'is_default', 'creator', 'url', 'output'],
]);
const OTHERS: Readonly<Record<string, string>> = {
  store: 'llmci keeps the answers itself, and asks the service to store none',
  metadata: 'tags belong to cases here',
  truncation: 'a request that is too long is an error here',
  include: 'llmci asks for what it reads',
  service_tier: '`extra: { service_tier: … }` of `modelParameters`',
  previous_response_id: 'write the messages before it as `history`',
  stream: '`stream: true` of the provider in llmci.yaml',
};

/** Whether a mapping is a prompt: as the dashboard shows it, as the API returns it, or as a request has it. */
export function isPromptObject(value: Located): boolean {
  const { members } = value;
  if (members.has('testing_criteria') || members.has('data_source') || members.has('providers')) return false;
  if (textOfLocated(memberOf(value, 'id'))?.startsWith('pmpt_')) return true;
  return ['instructions', 'messages', 'input', 'prompt'].some((key) => members.has(key)) && !members.has('item');
}

/** The ids of hosted prompts. */
const HOSTED = /^pmpt_\w+$/;

/**
 * A prompt object as a prompt; null, with findings, when it holds none. A hosted prompt keeps its id, by which apps ask for
 * it, unless another one of the file has it (`taken`) already.
 */
export async function readPromptObject(
  reading: Reading,
  value: Located,
  name: string,
  taken: Set<string>,
): Promise<PromptDraft | null> {
  const findings = reading.findings.ofPart();
  const id = textOfLocated(memberOf(value, 'id')) ?? textOfLocated(memberOf(memberOf(value, 'prompt'), 'id'));
  const what = `prompt ${textOfLocated(memberOf(value, 'name')) ?? id ?? name}`;
  const messages = messagesOf(value, findings, what);
  if (messages === null) return null;
  const model = modelIn(value, findings);
  const version = textOfLocated(memberOf(value, 'version'));
  const variables = variablesOfMessages(messages);
  const keeps = id !== undefined && HOSTED.test(id) && !taken.has(id);
  if (keeps) taken.add(id);
  const draft = {
    ...(keeps ? { id } : {}),
    ...(textOfLocated(memberOf(value, 'name')) ? { name: textOfLocated(memberOf(value, 'name')) ?? '' } : {}),
    ...(id || textOfLocated(memberOf(value, 'description'))
      ? {
          description: [
            textOfLocated(memberOf(value, 'description')),
            id && `was ${id}${version ? `, version ${version}` : ''}`,
          ]
            .filter(Boolean)
            .join('; '),
        }
      : {}),
    ...(model === null ? {} : { model }),
    ...(await readAsked({ ...reading, findings }, value)),
    messages,
    ...(variables.length > 0
      ? {
          input: {
            schema: {
              type: 'object',
              required: variables,
              properties: Object.fromEntries(variables.map((each) => [each, {}])),
            },
          },
        }
      : {}),
  };
  const told = version ? [`version ${version}`] : [];
  if (id !== undefined && taken.has(id) && !keeps)
    findings.change(
      what,
      value.place,
      [...told, `another prompt has its id ${id}: its own is the name of its file`].join('; '),
    );
  else findings.take(what, value.place, [...told, ...(keeps ? [`its id stays ${id}`] : [])].join('; '));
  findings.mark('', value.place);
  tellVariables(value, variables, findings);
  for (const [key, { place, value: member }] of value.members) {
    if (READ.has(key) || isAsked(key) || member.data === null) continue;
    findings.refuse(`setting ${key}`, place, OTHERS[key] ?? '`extra` of `modelParameters` sends it to the service');
  }
  return { id: slug(textOfLocated(memberOf(value, 'name')) ?? name, 'prompt'), file: draft, places: findings.places };
}

function messagesOf(value: Located, findings: Findings, what: string): MessagesDraft | null {
  const notes = new Set<string>();
  const translate = translateWith(jinjaToLiquid, notes);
  try {
    const parts = ['instructions', 'messages', 'input', 'prompt'].map((key) =>
      readPart(memberOf(value, key), key, translate),
    );
    const messages = parts.flat();
    if (messages.length > 0) {
      if (notes.size > 0) findings.change(what, value.place, [...notes].join('; '));
      return messages;
    }
    findings.refuse(
      what,
      value.place,
      'it names a prompt and does not hold its text: OpenAI has no API that exports it. Open it in the dashboard, and copy its messages, model and settings into this file',
    );
  } catch (error) {
    refuseTemplate(error, what, findings);
  }
  return null;
}

/** Instructions are what the system says; what is sent as `input` is what the user does. */
function readPart(part: Located | undefined, key: string, translate: Translate): MessagesDraft {
  if (!part || part.data === null) return [];
  const text = textOfLocated(part);
  if (text !== undefined) return [{ role: key === 'instructions' ? 'system' : 'user', content: translate(text, part) }];
  const list = isChat(part) ? part : memberOf(part, 'messages');
  if (list && isChat(list)) return readChat(list, translate);
  if (part.items.length > 0) throw new NoMessage('it is no list of messages with roles', part);
  return [];
}

function modelIn(value: Located, findings: Findings): string | null {
  const written = memberOf(value, 'model');
  const named = importModel('openai', textOfLocated(written) ?? '');
  if (!written || named === null) {
    findings.refuse('model', value.place, 'it names none: give the prompt a `model`, or a suite `models`');
    return null;
  }
  findings.take('model', written.place, `\`${named.model}\``);
  findings.mark('model', written.place);
  return named.model;
}

/** Whether `readAsked` reads a setting. */
export function isAsked(key: string): boolean {
  return ASKED.has(key) || isParameter(key);
}

/** What a request asks besides its messages, in the words of both of OpenAI's APIs. */
export async function readAsked(reading: Reading, value: Located) {
  const { findings } = reading;
  const effort = memberOf(value, 'reasoning')?.members.get('effort');
  const parameters = {
    ...importParameters(value.members, findings),
    ...(effort ? importParameters(new Map([['reasoning_effort', effort]]), findings) : {}),
    ...toolChoiceIn(memberOf(value, 'tool_choice')),
    ...(typeof memberOf(value, 'parallel_tool_calls')?.data === 'boolean'
      ? { parallelToolCalls: memberOf(value, 'parallel_tool_calls')?.data === true }
      : {}),
  };
  const tools = await readTools(reading, memberOf(value, 'tools'));
  const written = memberOf(memberOf(value, 'text'), 'format') ?? memberOf(value, 'response_format');
  const output = written ? importOutputFormat(written, findings) : undefined;
  return promptSettings({ parameters, tools, output });
}

function toolChoiceIn(written: Located | undefined): {
  readonly toolChoice?: 'none' | 'required' | { readonly tool: string };
} {
  const word = textOfLocated(written);
  if (word === 'none' || word === 'required') return { toolChoice: word };
  const name =
    textOfLocated(memberOf(written, 'name')) ?? textOfLocated(memberOf(memberOf(written, 'function'), 'name'));
  return name ? { toolChoice: { tool: name } } : {};
}

function tellVariables(value: Located, used: readonly string[], findings: Findings): void {
  for (const [name, { place }] of memberOf(value, 'variables')?.members ?? []) {
    if (used.includes(name))
      findings.change(
        `variable ${name}`,
        place,
        'its value is none of the prompt: cases give it (`vars`), and `input.schema` asks for it',
      );
    else findings.refuse(`variable ${name}`, place, 'no message reads it');
  }
}
