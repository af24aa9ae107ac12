import type { Path } from './yaml-source.js';

/** `variable chat, message 3, tool_calls.0: `, of a path in the messages that are sent, of a case or in a variable. */
export function describeMessagePath(path: Path): string {
  const [first, ...rest] = path;
  const steps = first === 'vars' ? rest : path;
  const at = steps.findIndex((step) => typeof step === 'number');
  const before = at < 0 ? steps : steps.slice(0, at);
  const after = at < 0 ? [] : steps.slice(at + 1);
  const parts = [
    ...(before.length > 0 ? [`${first === 'vars' ? 'variable ' : ''}${before.join('.')}`] : []),
    ...(at < 0 ? [] : [`message ${Number(steps[at]) + 1}`]),
    ...(after.length > 0 ? [after.join('.')] : []),
  ];
  return parts.length > 0 ? `${parts.join(', ')}: ` : '';
}
