import { describe, expect, it } from 'vitest';
import { Slots } from './slots.js';

describe('slots', () => {
  it('hold what has not been let go', () => {
    const slots = new Slots<string>();
    const [letA, , letC] = ['a', 'b', 'c'].map((name) => slots.hold(name));
    letA?.();
    letC?.();
    expect(slots.members()).toEqual(['b']);
    slots.hold('d');
    slots.hold('e');
    slots.hold('f');
    expect([...slots.members()].sort()).toEqual(['b', 'd', 'e', 'f']);
  });
});
