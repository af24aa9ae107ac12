import { asText } from './json.js';
import type { Wire, WireError } from './wire.js';

/** What all OpenAI services share: the key, the request id, the format of errors. */
export const openaiCommon: Pick<Wire, 'api' | 'headers' | 'readKey' | 'refuseKey' | 'error'> = {
  api: 'openai',
  headers: (serial) => ({
    'x-request-id': `req_openai_${serial}`,
    'openai-version': '2020-10-01',
    'openai-processing-ms': '1',
  }),
  readKey: (headers) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  refuseKey: (key) =>
    key === undefined
      ? {
          status: 401,
          message:
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
          code: null,
        }
      : {
          status: 401,
          // The vendor repeats the key, so that clients must not print error messages unread.
          message: `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com/account/api-keys.`,
          code: 'invalid_api_key',
        },
  error: (error, body) => {
    const usual = usualError(error.status, asText(body['model']) || 'unknown');
    const { message, type, param, code } = { ...usual, ...error };
    return {
      error: {
        message: message ?? '',
        type: type ?? 'invalid_request_error',
        param: param ?? null,
        code: code ?? null,
      },
    };
  },
};

/** The usual error of a status. Source: https://platform.openai.com/docs/guides/error-codes */
function usualError(status: number, model: string): Omit<WireError, 'status'> {
  switch (status) {
    case 401:
      return { message: 'Incorrect API key provided.', code: 'invalid_api_key' };
    case 403:
      return {
        message: 'Country, region, or territory not supported',
        type: 'request_forbidden',
        code: 'unsupported_country_region_territory',
      };
    case 404:
      return {
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
        code: 'model_not_found',
      };
    case 408:
      return { message: 'Request timed out.', type: 'timeout' };
    case 409:
      return { message: 'The resource was updated by another request.', type: 'conflict_error' };
    case 429:
      return {
        message: `Rate limit reached for ${model} in organization org-test on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms. Visit https://platform.openai.com/account/rate-limits to learn more.`,
        type: 'requests',
        code: 'rate_limit_exceeded',
      };
    case 503:
      return { message: 'The engine is currently overloaded, please try again later.', type: 'server_error' };
    default:
      return status >= 500
        ? { message: 'The server had an error while processing your request. Sorry about that!', type: 'server_error' }
        : { message: 'The request is not valid.' };
  }
}
