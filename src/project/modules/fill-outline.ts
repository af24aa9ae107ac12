import { isRecord } from '../../model/json.js';
import type { ModuleThread } from './module-thread.js';
import type { Outline } from './protocol.js';

/** A definition again from its outline: its functions are called in their thread, while this one waits. */
export function fillOutline({ data, functions }: Outline, thread: ModuleThread): Readonly<Record<string, unknown>> {
  const fill = (value: Readonly<Record<string, unknown>>, way: string): Record<string, unknown> => {
    const filled: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value))
      filled[key] = isRecord(member) ? fill(member, `${way}${key}.`) : member;
    for (const name of functions) {
      const key = name.slice(way.length);
      if (name.startsWith(way) && !key.includes('.'))
        filled[key] = (...args: readonly unknown[]) => thread.callAwaited(name, ...args);
    }
    return filled;
  };
  return fill(data, '');
}
