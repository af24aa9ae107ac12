import { type Command, InvalidArgumentError } from 'commander';
import { isBlank } from '../model/blank.js';
import type { Shard } from '../model/manifest.js';
import { parseQuantity } from '../model/written-quantity.js';

/** Parsers of option values. Commander shows what they throw beside the option's name. */

/** Collects the values of an option that may be given several times. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** Collects names: an empty one, as of a variable of a shell that is not set, would name nothing or everything. */
export function collectNames(value: string, earlier: readonly string[] = []): readonly string[] {
  return collect(named(value), earlier);
}

/** The same of options that name one thing, such as `--out`: an empty folder would be the present one. Texts may be empty. */
export function refuseEmptyNames({ options }: Command): void {
  for (const option of options) {
    const takesValue = option.required || option.optional;
    if (takesValue && !option.variadic && !option.parseArg && !option.flags.includes('<text>')) option.argParser(named);
  }
}

function named(value: string): string {
  if (isBlank(value)) throw new InvalidArgumentError('It must not be empty.');
  return value;
}

/** A whole number of at least 1. */
export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > 1e6)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return number;
}

/** A whole number of at least 0. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('It must be a whole number of at least 0.');
  return number;
}

/** One of several parts, written `2/4`. */
export function partOf(value: string): Shard {
  const [index = 0, of = 0] = /^(\d{1,4})\/(\d{1,4})$/.exec(value)?.slice(1).map(Number) ?? [];
  // Not by its schema: that would load zod for every `--help`
  if (index < 1 || index > of) throw new InvalidArgumentError('It must be a part and their number, like 2/4.');
  return { index, of };
}

/** Milliseconds of a length of time like `60s`. */
export function duration(value: string): number {
  const quantity = parseQuantity(value);
  if (quantity?.unit !== 'ms' || quantity.value <= 0)
    throw new InvalidArgumentError('It must be a length of time like 500ms, 60s, 2m or 30d.');
  return quantity.value;
}

const BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** Bytes of a size like `500MB`. */
export function bytes(value: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(value) ?? [];
  const factor = BYTES[unit.toLowerCase()];
  if (factor === undefined) throw new InvalidArgumentError('It must be a size like 100kB, 500MB or 2GB.');
  return Number(digits) * factor;
}

/** Dollars, written `5` or `$5`. */
export function dollars(value: string): number {
  const quantity = parseQuantity(value);
  if (!quantity || (quantity.unit !== null && quantity.unit !== 'usd') || quantity.value < 0) {
    throw new InvalidArgumentError('It must be an amount in dollars like 5 or $0.50.');
  }
  return quantity.value;
}

/** The address of a gateway, as a flag has it; without a slash at its end. Throws InvalidArgumentError. */
export function gatewayAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new InvalidArgumentError('It must be an address like https://prompts.example.com.');
  return url.href.replace(/\/+$/, '');
}

/** Ends the command when it is told two things to print. */
export function checkPrinted(
  { quiet, json }: { readonly quiet?: boolean; readonly json?: boolean },
  command: Command,
): void {
  if (quiet && json) command.error('error: --quiet and --json each say what to print; use one');
}
