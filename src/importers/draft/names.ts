/** Longer names are cut: they become names of files. */
const LONGEST = 60;

/** A name for a file: small letters, digits and dashes. Falls back where nothing of the text is left. */
export function slug(text: string, fallback: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return words === '' ? fallback : words;
}

/** Gives names that differ: the second `greet` is `greet-2`. */
export class Names {
  readonly #taken = new Set<string>();

  unique(name: string): string {
    let own = name;
    for (let next = 2; this.#taken.has(own); next++) own = `${name}-${next}`;
    this.#taken.add(own);
    return own;
  }
}

/** The last part of a path without its ending. */
export function stemOf(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.[^.]*$/, '');
}

/** The folder that a path is in, with its slash; '' at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A path from a folder, without `.` and `..`; null when it leads out of the top. */
export function joinPath(folder: string, path: string): string | null {
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join('/');
}
