import { type Document, Scalar, visit } from 'yaml';
import { Literal } from '../../model/json.js';

/** Puts a Literal in place of every number, true, false and null that JavaScript would write in another way; keys are texts. */
export function keepTexts(document: Document): void {
  visit(document, {
    Scalar: (place, node) => {
      const { value, source, type } = node;
      if (type !== Scalar.PLAIN || source === undefined) return;
      if (typeof value !== 'number' && typeof value !== 'boolean' && value !== null) return;
      if (place === 'key') node.value = source;
      else if (String(value) !== source && isJsonNumber(value, source)) node.value = new Literal(value, source);
    },
  });
}

/** `.inf` and `.nan` are no JSON, whatever stands there; 1e400 is, though no double holds it. */
function isJsonNumber(value: number | boolean | null, source: string): boolean {
  return typeof value !== 'number' || Number.isFinite(value) || /^[-+]?[\d.]+e/i.test(source);
}
