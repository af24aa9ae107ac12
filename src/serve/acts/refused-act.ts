import type { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { ApiError } from '../http/api-error.js';

/** What an operator is told that an act was refused with: the words of the command. */
export function refusalOf({ code, message, hint, exitCode }: LlmciError): ApiError {
  const status = exitCode === EXIT.error ? 503 : exitCode === EXIT.fail ? 409 : 400;
  return new ApiError(status, code.replaceAll('-', '_'), `${message}. ${hint}`);
}
