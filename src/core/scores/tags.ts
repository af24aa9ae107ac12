/** Whether something limited to some tags covers a case with these tags. No limit covers all. */
export function covers(where: readonly string[], tags: readonly string[]): boolean {
  return where.length === 0 || where.some((tag) => tags.includes(tag));
}
