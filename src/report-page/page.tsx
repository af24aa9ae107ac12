import { render } from 'preact';
import { App } from './app.js';
import { type LoadedRun, loadRun } from './load.js';

/** The page is read while it still arrives; the index is whole when the document is. */
document.addEventListener('DOMContentLoaded', async () => {
  const root = document.getElementById('app');
  if (root === null) return;
  const say = (text: string) => {
    root.textContent = text;
  };
  let run: LoadedRun;
  try {
    run = await loadRun((samples, of) =>
      say(`Reading the cases: ${samples.toLocaleString('en')} of ${of.toLocaleString('en')}`),
    );
  } catch (error) {
    say(
      `The cases cannot be shown: ${error instanceof Error ? error.message : String(error)}. Write the report again.`,
    );
    return;
  }
  root.textContent = '';
  render(<App run={run} />, root);
});
