/** The path below `prompts/` for a prompt's id, whatever its letters: each step is a name that every file system takes. */
export function pathOfPrompt(id: string): string {
  return id.split('/').map(encodeStep).join('/');
}

/** The id that `pathOfPrompt` made a path of; null for a path that it makes of none. */
export function promptAt(path: string): string | null {
  try {
    const id = path
      .split('/')
      .map((step) => (step === '%' ? '' : decodeURIComponent(step)))
      .join('/');
    return pathOfPrompt(id) === path ? id : null;
  } catch {
    return null;
  }
}

/** `%` alone stands for nothing, as in `a//b`. Capitals stay: who has two ids that differ in them only uses another disk. */
function encodeStep(step: string): string {
  if (step === '') return '%';
  return encodeURIComponent(step.toWellFormed()).replace(
    /^\.|[*'!()]|\.$/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
