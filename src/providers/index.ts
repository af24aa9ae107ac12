import { echo } from './echo.js';
import type { AnyProvider } from './provider.js';

/** THE list of provider types. A new one is its file and a line here; the SDK behind it is imported when it is called. */
export const providerTypes: readonly AnyProvider[] = [echo];
