import { isRecord } from '../model/json.js';
import type { ToolCall } from '../model/message.js';
import type { Output } from '../model/output.js';
import { withoutFence } from './json-output.js';
import { type LooseMember, looseMembers } from './text/loose-members.js';

// What a model says inside its tool calls, it says: a mail that a tool sends is as public as an answer.

type Said = Pick<Output, 'text' | 'toolCalls'>;

/**
 * All that a model says, in pieces that each stand alone: the text, then the name and every key and value of each tool
 * call. For metrics that look for something anywhere.
 */
export function passagesOf({ text, toolCalls }: Said): readonly string[] {
  return [
    text,
    ...toolCalls.flatMap((call) => [
      call.name,
      ...membersOf(call).flatMap(({ key, value }) => [key, value, ...textsWithin(value)]),
    ]),
  ];
}

/** The values in a tool call, at any depth, as texts: what it says without the names of things. */
export function valuesOf(call: ToolCall): readonly string[] {
  return membersOf(call).flatMap(({ value }) => (value === '' ? [] : [value, ...textsWithin(value)]));
}

/** The values in a text that is JSON, or was meant to be, and in those that are again: what it says is read apart. */
export function textsWithin(text: string): readonly string[] {
  const json = withoutFence(text);
  const values = looseMembers(json).flatMap(({ value }) => (value === '' ? [] : [value]));
  // Each level of texts within texts is written twice as long as the one within
  return values[0] === json ? [] : values.flatMap((value) => [value, ...textsWithin(value)]);
}

/** All that a model says as one text: its text, then each tool call. */
export function transcriptOf({ text, toolCalls }: Said): string {
  if (toolCalls.length === 0) return text;
  return [...(text === '' ? [] : [text]), ...toolCalls.map(transcribeCall)].join('\n');
}

/** A tool call as a text: its name, then a line for each of its arguments, `key: value`. */
export function transcribeCall(call: ToolCall): string {
  const lines = membersOf(call).map(({ key, value }) =>
    key === '' || value === '' ? key + value : `${key}: ${value}`,
  );
  return [call.name, ...lines].join('\n');
}

/** What the arguments of a call hold at any depth, in their order. No recursion: they may be nested as deep as a model likes. */
function membersOf({ arguments: given }: ToolCall): readonly LooseMember[] {
  // Services write arguments as JSON in a text, and what is none has stayed one
  if (typeof given === 'string') return looseMembers(given);
  const members: LooseMember[] = [];
  const open: { readonly key: string; readonly value: unknown }[] = [{ key: '', value: given }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { key, value } = next;
    const inner = Array.isArray(value)
      ? value.map((item: unknown) => ({ key: '', value: item }))
      : isRecord(value)
        ? Object.entries(value).map(([name, member]) => ({ key: name, value: member }))
        : null;
    if (inner === null) members.push({ key, value: typeof value === 'string' ? value : String(value) });
    else if (key !== '') members.push({ key, value: '' });
    for (const member of inner?.reverse() ?? []) open.push(member);
  }
  return members;
}
