import type { HostComment, PullRequest, Rest } from './code-host.js';

/** Where the comments of a pull request are, and which of them count. */
interface CommentsPlace {
  /** The list of them, to which new ones are added. */
  readonly list: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One of them. */
  readonly one: (id: string) => string;
  readonly update: 'PATCH' | 'PUT';
  /** Whether it is of somebody else, whose comment our token may change too: then they could say what we have said. */
  readonly isForeign: (comment: object, text: string) => boolean | Promise<boolean>;
}

/** Comments as `{ id, body }` in a list that comes in pages, as GitHub and GitLab have them. */
export function restComments(
  rest: Rest,
  { list, headers, one, update, isForeign }: CommentsPlace,
): Omit<PullRequest, 'name'> {
  return {
    async *comments() {
      let url: string | null = `${list}?per_page=100`;
      while (url !== null) {
        const { body, next }: { body: unknown; next: string | null } = await rest({ method: 'GET', url, headers });
        for (const each of Array.isArray(body) ? body : []) {
          const { id, body: text } = each as { id?: unknown; body?: unknown };
          if (typeof text === 'string' && !(await isForeign(each, text)))
            yield { id: String(id), body: text } satisfies HostComment;
        }
        url = next;
      }
    },
    create: async (body) => void (await rest({ method: 'POST', url: list, headers, body: { body } })),
    update: async (id, body) => void (await rest({ method: update, url: one(id), headers, body: { body } })),
    remove: async (id) => void (await rest({ method: 'DELETE', url: one(id), headers })),
  };
}
