import { isBlank } from '../../model/blank.js';

export function isBlankText(value: unknown): boolean {
  return typeof value === 'string' && isBlank(value);
}

/** Tags that stand in one text, with commas or semicolons between them. */
export function tagsIn(text: string): readonly string[] {
  return text
    .split(/[,;]/)
    .map((tag) => tag.trim())
    .filter(Boolean);
}
