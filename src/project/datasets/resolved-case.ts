import type { Case } from '../../model/case.js';
import type { SourcePlace } from '../../model/problem.js';
import type { PlacedCase } from './dataset.js';

/** A case with the place it stands at. */
export interface ResolvedCase {
  readonly resolved: Case;
  readonly placed: PlacedCase;
}

/** Where a problem with the whole of a case is reported. */
export function placeOfCase({ placed: { source, path } }: ResolvedCase): SourcePlace {
  return source.at(path);
}

/** What a variable was most likely meant to be: `Expected` is a variable, and `expected` is the answer of the case. */
export function meantBy(variable: string): string | undefined {
  return ['id', 'expected', 'tags'].find((own) => own !== variable && own === variable.toLowerCase());
}
