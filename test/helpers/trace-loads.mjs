// Imported into a process before its own code: writes the url of every module that is loaded to the file in LLMCI_TRACE.
import { appendFileSync } from 'node:fs';
import { Module, register } from 'node:module';

const hooks = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  appendFileSync(${JSON.stringify(process.env.LLMCI_TRACE)}, url + '\\n');
  return next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// CommonJS modules required by CommonJS modules do not pass the hooks of ES modules
const load = Module._load;
Module._load = function (request, parent, isMain) {
  const path = Module._resolveFilename(request, parent, isMain);
  if (path.includes('/')) appendFileSync(process.env.LLMCI_TRACE, `file://${path}\n`);
  return load.call(this, request, parent, isMain);
};
