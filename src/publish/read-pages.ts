import { z } from 'zod';
import { HostError, type Rest } from './code-host.js';

/** No pull request has more; a server that goes on for ever does not keep us. */
const MOST_PAGES = 100;

/** All items of a list that comes in pages. Rejects with HostError, also for an answer that is no such list. */
export async function readPages<T>(
  rest: Rest,
  start: string,
  headers: Readonly<Record<string, string>>,
  item: z.ZodType<T>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let url: string | null = start;
  for (let page = 1; url !== null; page++) {
    if (page > MOST_PAGES) throw new HostError(`${new URL(start).host} answers with more pages than can be read`, null);
    const { body, next }: { body: unknown; next: string | null } = await rest({ method: 'GET', url, headers });
    const read = z.array(item).safeParse(body);
    if (!read.success) throw new HostError(`${new URL(start).host} answered with something else than a list`, null);
    items.push(...read.data);
    url = next;
  }
  return items;
}

/** One thing that a code host tells of. Rejects with HostError, also for an answer that is something else. */
export async function readOne<T>(
  rest: Rest,
  url: string,
  headers: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
): Promise<T> {
  const read = schema.safeParse((await rest({ method: 'GET', url, headers })).body);
  if (!read.success) throw new HostError(`${new URL(url).host} answered with something that cannot be read`, null);
  return read.data;
}
