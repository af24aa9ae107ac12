import type { LoadedRun } from './load.js';
import type { Go } from './use-address.js';

/** How every metric is spread, what each column took and cost, and which cases waver. */
export function MetricsView(_: { readonly run: LoadedRun; readonly go: Go }) {
  return <p class="quiet">Soon.</p>;
}
