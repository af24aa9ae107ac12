import { LlmciError } from '../core/text/errors.js';
import { parseQuantity } from '../model/written-quantity.js';

/** The past time that a flag names: an instant, or how long ago it was. Throws `bad-flag`. */
export function timeOf(written: string, now: Date, said: { readonly flag: string; readonly command: string }): Date {
  const ago = parseQuantity(written);
  // As all that is shown, a time is of UTC unless it says otherwise, on whatever machine it is asked
  const [, day, time, zone = 'Z'] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d[\d:.]*)(Z|[+-]\d\d:?\d\d)?$/.exec(written) ?? [];
  const at = ago?.unit === 'ms' ? new Date(now.getTime() - ago.value) : new Date(`${day}T${time}${zone}`);
  // `2026-11-28` alone is a day, and a number is some year
  if (Number.isNaN(at.getTime()))
    throw new LlmciError('bad-flag', { ...said, why: `"${written}" is no time like 2026-11-28T14:00Z, or 2h` });
  if (at > now) throw new LlmciError('bad-flag', { ...said, why: `"${written}" is still to come` });
  return at;
}
