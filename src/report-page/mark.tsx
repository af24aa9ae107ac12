import { MARK_PATHS, type MarkName } from './marks.js';

/** The sign of a state; `label` is what it says where no word stands beside it. */
export function Mark({ name, label }: { readonly name: MarkName; readonly label?: string }) {
  const [shape, sign] = MARK_PATHS[name];
  const paths = [<path key="shape" class="shape" d={shape} />, <path key="sign" class="sign" d={sign} />];
  if (label === undefined) {
    return (
      <svg class={`mark ${name}`} viewBox="0 0 16 16" aria-hidden="true">
        {paths}
      </svg>
    );
  }
  return (
    <svg class={`mark ${name}`} viewBox="0 0 16 16" role="img" aria-label={label}>
      {paths}
    </svg>
  );
}
