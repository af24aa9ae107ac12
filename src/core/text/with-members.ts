/**
 * `{ ...value, ...more }`, for what is made for every sample: on Node 20 each member that a literal adds behind a spread
 * takes half a microsecond, and leaves garbage that lives long.
 */
export function withMembers<Value extends object, More extends object>(value: Value, more: More): Value & More {
  return Object.assign({}, value, more);
}
