/** The longest name that file systems take, less what is written beside a file for a moment. */
const LONGEST_NAME = 240;
/** What stands for one byte is not torn apart. */
const PIECES = new RegExp(`(?:%..|[^%]){1,${LONGEST_NAME / 3}}`, 'g');

/** The path below `prompts/` for a prompt's id, whatever its letters: each step is a name that every file system takes. */
export function pathOfPrompt(id: string): string {
  return id.split('/').map(encodeStep).join('/');
}

/** The id that `pathOfPrompt` made a path of; null for a path that it makes of none. */
export function promptAt(path: string): string | null {
  try {
    const id = path
      .replaceAll(/(?<=[^/])%\//g, '')
      .split('/')
      .map((step) => (step === '%' ? '' : decodeURIComponent(step)))
      .join('/');
    return pathOfPrompt(id) === path ? id : null;
  } catch {
    return null;
  }
}

/** `%` alone stands for nothing, as in `a//b`; behind a part of a name that is too long it says that this goes on in the folder. Capitals stay: who has two ids that differ in them only uses another disk. */
function encodeStep(step: string): string {
  if (step === '') return '%';
  const name = encodeURIComponent(step.toWellFormed()).replace(
    /^\.|[*'!()]|\.$/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return name.length <= LONGEST_NAME ? name : (name.match(PIECES) ?? []).join('%/');
}
