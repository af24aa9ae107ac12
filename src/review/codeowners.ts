/** A file of a prompt, by its path from the root of the repository, and who owns it. */
export interface OwnedFile {
  readonly path: string;
  readonly owners: readonly string[];
}

/** Where code hosts look for the file, in their order: the first that is there is the only one that they read. */
export const CODEOWNERS_PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'] as const;

/** A user, a team or a group, a role of GitLab, or an address. Anything else could be a line of its own. */
const OWNER = /^(?:@@?[A-Za-z0-9_](?:[\w.-]*[\w])?(?:\/[A-Za-z0-9_][\w.-]*)*|[^\s@#<>]+@[^\s@#<>]+\.[^\s@#<>]+)$/;

/** Whether code hosts know an owner of this form. */
export function isOwner(written: string): boolean {
  return OWNER.test(written);
}

/**
 * The text of a CODEOWNERS file with the lines of these files between two marks, and all else as it was. New marks stand at
 * the end, where they win over what is above. `folder` is that of the project in the repository ('' at its root), so that
 * several projects keep lines of their own. Without files the marks go. Null when there is one mark without the other.
 */
export function placeOwners(text: string, folder: string, files: readonly OwnedFile[]): string | null {
  const name = folder === '' ? '' : ` ${folder}`;
  const [first, last] = [`# >>> llmci owners${name}`, `# <<< llmci owners${name}`];
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const [from, to] = [lines.indexOf(first), lines.indexOf(last)];
  if (from < 0 !== to < 0 || from > to) return null;
  const note = '# Written by `llmci owners` from `owners` in the prompts: change it there.';
  const block = files.length === 0 ? [] : [first, note, ...files.map(lineOf), last];
  if (from >= 0) lines.splice(from, to - from + 1, ...block);
  else if (block.length > 0) lines.push(...(lines.length > 0 && lines.at(-1) !== '' ? [''] : []), ...block);
  return lines.length === 0 ? '' : lines.join(end) + end;
}

/** A blank or a sign that means something there is escaped. */
function lineOf({ path, owners }: OwnedFile): string {
  return `/${path.replace(/[\\ #*?[\]!]/g, '\\$&')} ${owners.join(' ')}`;
}
