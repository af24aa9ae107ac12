import { z } from 'zod';
import { redactKeyPatterns } from '../../core/text/redact.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { secretReferenceSchema } from '../../model/provider-keys.js';
import type { Lack } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import type { AccessTokens } from './access-tokens.js';
import type { Service } from './faults.js';

/** An endpoint of an API, with all references to secrets resolved. */
export interface Endpoint {
  /** What the configuration calls the provider. */
  readonly name: string;
  readonly baseUrl: string;
  readonly key: string | undefined;
  /** In place of a key; null where that is fixed, or there is none. */
  readonly tokens: AccessTokens | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: Service;
  /** It may name a proxy. */
  readonly env: EnvironmentVariables;
}

/** Headers that carry credentials; their values are only ever references. */
const CREDENTIAL_HEADER =
  /^(?:authorization|proxy-authorization|cookie|.*(?:api-?key|subscription-key|token|secret|password).*)$/i;
/** Parameters of an address that carry credentials, and what is too short, or too plain, to be one. */
const CREDENTIAL_PARAMETER = /(?:^|[._-]|api)(?:key|token|secret|password|signature|sig)$/i;
const NO_CREDENTIAL = /^(?:\d*|.{0,7})$/s;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const isReference = (value: string) => secretReferenceSchema.safeParse(value).success;
const looksLikeKey = (value: string) => redactKeyPatterns(value) !== value;

/** A variable of the environment within an address: `env:GATEWAY`, `http://env:HOST:8080/v1`. */
const VARIABLE = /\benv:([A-Za-z_][A-Za-z0-9_]*)/g;

/** How variables are written elsewhere. */
const OTHER_VARIABLE = /\$\{|\{\{|\$[A-Z_][A-Z0-9_]+/;

/** The address of a service: http or https, without credentials in it. Parts of it may be variables of the environment. */
export const endpointSchema = z
  .string()
  .refine((text) => !OTHER_VARIABLE.test(text), {
    message: 'a variable of the environment is written env:NAME, as in http://env:HOST:8080/v1',
    abort: true,
  })
  .refine((text) => parseHttpUrl(withStandIns(text)) !== null, {
    message: 'not an http:// or https:// address',
  })
  .refine((text) => !hasCredentials(withStandIns(text)) && !namesCredentials(withStandIns(text)), {
    message: 'a key is never written here: give it as apiKey or in headers, as env:NAME or file:PATH',
  });

/** As `endpointSchema`, for an address that the paths of an API are put behind. */
export const baseUrlSchema = endpointSchema
  .refine((text) => !/[?#]/.test(text), { message: 'no ? or # here: paths are put behind this address' })
  .refine((text) => !/\/(?:chat\/completions|messages)\/*$/.test(text), {
    message: 'without the path of the call at its end: leave out /chat/completions or /messages',
  });

/** Headers sent with every request. A value is plain text, or `env:NAME` or `file:PATH` to read it from there. */
export const headersSchema = z
  .record(z.string().regex(HEADER_NAME, 'not a header name'), z.string())
  .superRefine((headers, context) => {
    for (const [name, value] of Object.entries(headers)) {
      if (isReference(value)) continue;
      if (CREDENTIAL_HEADER.test(name) || looksLikeKey(value)) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'a key is never written here: use env:NAME or file:PATH',
        });
      } else if (OTHER_VARIABLE.test(value)) {
        const message = 'a variable of the environment is the whole value, written env:NAME';
        context.addIssue({ code: 'custom', path: [name], message });
      } else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
        context.addIssue({ code: 'custom', path: [name], message: 'a header value is one line of plain characters' });
      }
    }
  })
  .describe('Values are plain text, env:NAME or file:PATH; a header that carries a key must be one of the latter.');

/** Whether answers are asked for as streams. It changes no answer, so no key of a recording has it. */
export const streamSchema = z
  .boolean()
  .optional()
  .describe(
    'Asks for answers as streams, for services that give no others; `first-token` measures them. Default: false.',
  );

export type Headers = Readonly<Record<string, string>>;

/** The secret references among header values. */
export function headerSecrets(headers: Headers = {}): string[] {
  return Object.values(headers).filter(isReference);
}

/** Headers with every reference replaced by what `secret` gives for it. Throws what `secret` throws. */
export function resolveHeaders(headers: Headers = {}, secret: (reference: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), isReference(value) ? secret(value) : value]),
  );
}

/** The plain headers, by lower-case name: the part of them that can change an answer. Undefined when there is none. */
export function plainHeaders(headers: Headers = {}): Headers | undefined {
  const plain = Object.entries(headers).filter(([, value]) => !isReference(value));
  return plain.length === 0 ? undefined : Object.fromEntries(plain.map(([name, value]) => [name.toLowerCase(), value]));
}

/** The address without the slashes at its end and the dot behind its host, so that all ways of writing it are the same endpoint. */
export function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '').replace(/^(https?:\/\/[\w.-]+)\.(?=[:/]|$)/, '$1');
}

function parseHttpUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) ? url : null;
}

/** An address with something in the place of its variables, to be looked at before these are known. */
function withStandIns(text: string): string {
  return text.replace(/^env:[A-Za-z_]\w*/, 'http://host').replace(VARIABLE, '1');
}

/**
 * An address with the values of its variables. Throws ProviderError, which stops the provider, when one is not set, or when what
 * comes of them is no address or holds a key.
 */
export function resolveEndpoint(text: string, env: EnvironmentVariables): string {
  const lack = endpointLack(text, env);
  if (lack !== null) throw new ProviderError('invalid-request', `the address ${text}: ${lack.lack}`, { fatal: true });
  return withVariables(text, env);
}

/** What the environment lacks for an address to be one; null when it is. Told before anything is sent. */
export function endpointLack(text: string | undefined, env: EnvironmentVariables): Lack | null {
  const names = [...(text ?? '').matchAll(VARIABLE)].map(([, name = '']) => name);
  const unset = names.find((name) => !env[name]?.trim());
  const need = 'its address';
  if (unset !== undefined) return { need, lack: `${unset} is not set`, remedy: `Set ${unset}` };
  const resolved = withVariables(text ?? '', env);
  const remedy = `Set ${names.join(' and ')} so that ${text} becomes an address`;
  if (names.length === 0) return null;
  if (parseHttpUrl(resolved) === null)
    return { need, lack: 'what the environment holds makes no http:// or https:// address', remedy };
  return hasCredentials(resolved)
    ? { need, lack: 'what the environment holds has a key in it: give it as apiKey or in headers', remedy }
    : null;
}

function withVariables(text: string, env: EnvironmentVariables): string {
  return text.replace(VARIABLE, (_, name: string) => env[name]?.trim() ?? '');
}

function hasCredentials(text: string): boolean {
  const url = parseHttpUrl(text);
  return url !== null && (url.username !== '' || url.password !== '' || looksLikeKey(text));
}

/** Whether a key is written in a parameter that is called so, whatever service it is of. */
function namesCredentials(text: string): boolean {
  const parameters = [...(parseHttpUrl(text)?.searchParams ?? [])];
  return parameters.some(([name, value]) => CREDENTIAL_PARAMETER.test(name) && !NO_CREDENTIAL.test(value));
}
