import type { Json } from '../../model/json.js';
import { isRecord } from '../../model/json.js';
import type { ToolCall } from '../../model/message.js';
import type { Tool } from '../../model/prompt.js';
import type { ResponseRule } from '../../model/respond.js';
import { compileJsonSchema } from '../text/json-schema.js';
import { equalJson, jsonText } from '../text/json-value.js';
import { namesOf } from '../text/names-of.js';
import { withinOneSecond } from '../text/patience.js';

/** Faults of arguments, and names of tools, that the model is told of. */
const TOLD = 5;

/** The arguments of a call as an object; what comes without any may come as an empty text or null. */
export function argumentsOf({ arguments: given }: Pick<ToolCall, 'arguments'>): Json {
  return given === '' || given === null ? {} : given;
}

/** Why a call cannot be made, in words for the model; null when it can. */
export function faultOfCall(call: ToolCall, tools: readonly Tool[]): string | null {
  const tool = tools.find(({ name }) => name === call.name);
  if (!tool) {
    const known = tools.map(({ name }) => name);
    return asError(`there is no tool ${JSON.stringify(call.name)}; there is ${namesOf(known, TOLD)}`);
  }
  const given = argumentsOf(call);
  if (!isRecord(given)) return asError('the arguments are no JSON object');
  const faults = tool.parameters ? compileJsonSchema(tool.parameters)(given, withinOneSecond) : [];
  if (faults === null) return asError('the arguments take too long to check');
  return faults.length === 0 ? null : asError(`the arguments do not fit: ${faults.slice(0, TOLD).join('; ')}`);
}

/** The first of the answers whose conditions the arguments meet; in words for the model when there is none. */
export function fixedResult(call: ToolCall, rules: readonly ResponseRule[]): string {
  const given = argumentsOf(call);
  const rule = rules.find(({ when = {} }) =>
    Object.entries(when).every(
      ([name, value]) => isRecord(given) && Object.hasOwn(given, name) && equalJson(given[name], value),
    ),
  );
  return rule ? resultText(rule.answer) : asError(`${call.name} has no result for these arguments`);
}

/** A result as the model reads it: a text as it is, anything else as JSON. */
export function resultText(result: Json): string {
  return typeof result === 'string' ? result : jsonText(result);
}

function asError(what: string): string {
  return `Error: ${what}.`;
}
