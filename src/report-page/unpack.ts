/** A number that JavaScript would write otherwise than it was written: 3.10, or more digits than a double holds. */
export class UnpackedNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The text that a `<template>` of the page holds, deflated and in base64; null when there is no such template. */
export async function unpackText(id: string): Promise<string | null> {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) return null;
  const packed = atob(template.content.textContent ?? '');
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).text();
}

/** The value of a template that this page has for sure. */
export async function unpackData<Value>(id: string): Promise<Value> {
  const text = await unpackText(id);
  if (text === null) throw new Error(`the file is cut short: it has no ${id}`);
  return JSON.parse(text) as Value;
}

/** Parses data of a sample. Numbers stay as they were written, where the browser tells how that was. */
export function parseWritten(text: string): unknown {
  const revive = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
      ? new UnpackedNumber(context.source)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}
