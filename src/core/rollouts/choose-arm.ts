import { armOf, placeOfUnit } from './assign.js';

/** Who asks, and what groups of people it is one of. */
export interface Asker {
  readonly unit: string;
  readonly cohorts: readonly string[];
}

/** How a rollout divides those who ask. */
export interface Division {
  /** What units are assigned by. */
  readonly name: string;
  /** The share of units that get the candidate, 0 to 1. */
  readonly weight: number;
  /** Units and cohorts that get the candidate whatever the share is. */
  readonly include?: readonly string[] | undefined;
}

/** An arm, and why it is that one. */
export interface ArmChoice {
  readonly arm: 'candidate' | 'control';
  /** The name in `include` that was met; null where the share decided. */
  readonly included: string | null;
  /** Where the unit is among all, from 0 up to 1: below the share it gets the candidate. */
  readonly place: number;
}

/** The arm of who asks: by name first, then by share. */
export function chooseArm({ name, weight, include = [] }: Division, { unit, cohorts }: Asker): ArmChoice {
  const included = include.find((each) => each === unit || cohorts.includes(each)) ?? null;
  return { arm: included === null ? armOf(name, unit, weight) : 'candidate', included, place: placeOfUnit(name, unit) };
}
