/** Suspects: who runs alone, and how many run together. */
import { describe, expect, it } from 'vitest';
import { type Suspect, Suspects } from '../../../lib/roles/delivery/suspects.ts';
import { createClaimedExecution } from '../../support/claimed-execution.ts';

function suspects(count: number, stalls = 2): Suspect[] {
  return Array.from({ length: count }, (_, index) => ({
    claimed: createClaimedExecution({ id: `e${index}`, stalls }),
    delivery: undefined,
  }));
}

/** Admits suspects and runs those that are admitted; returns how many that were. */
function tryOut(process: Suspects, given: readonly Suspect[]): number {
  process.admit(given);
  const { length } = process.begin(true);
  process.end();
  return length;
}

describe('suspects', () => {
  it('the first suspect of a process runs alone, and each trial that ends doubles the next', () => {
    const process = new Suspects();

    const sizes = [1, 2, 3, 4].map(() => tryOut(process, suspects(100)));

    expect(sizes).toEqual([1, 2, 4, 8]);
  });

  it('one that was lost alone is the first to run, and runs alone again', () => {
    const process = new Suspects();
    tryOut(process, suspects(1));
    tryOut(process, suspects(2));
    const [blamed] = suspects(1, 3);
    if (blamed === undefined) throw new Error('one suspect');

    const surplus = process.admit([...suspects(9), blamed]);

    expect(process.waiting).toEqual([blamed]);
    expect(surplus).toHaveLength(9);
  });

  it('nothing else starts from the admission of a suspect until its trial has ended', () => {
    const process = new Suspects();
    expect(process.needRoom).toBe(false);
    process.admit(suspects(1));
    expect(process.needRoom).toBe(true);

    process.begin(true);
    expect(process.needRoom).toBe(true);
    expect(process.admit(suspects(3))).toHaveLength(3);
    process.end();

    expect(process.needRoom).toBe(false);
  });

  it('suspects that were given back without a trial prove nothing', () => {
    const process = new Suspects();
    process.admit(suspects(1));
    process.begin(false);
    process.end();

    expect(tryOut(process, suspects(5))).toBe(1);
  });
});
