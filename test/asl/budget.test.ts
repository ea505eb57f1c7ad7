/** The work of a transition, and what the states of one transition may take of it. */
import { describe, expect, it } from 'vitest';
import { Budget, searchWork, stateWorkMax } from '../../lib/asl/budget.ts';

const exceeded = expect.objectContaining({ error: 'States.DataLimitExceeded' });

describe('the budget of a transition', () => {
  it('a budget refuses work when the state has no more', () => {
    const budget = new Budget();

    budget.spend(stateWorkMax - 1);
    expect(budget.take(1)).toBe(true);
    expect(budget.take(1)).toBe(false);
    expect(() => budget.spend(1)).toThrow(exceeded);
  });

  it('every state may do the same work, and the budget adds it all up', () => {
    const budget = new Budget();

    for (const _ of [1, 2, 3]) {
      budget.renew();
      budget.spend(stateWorkMax);
    }

    expect(budget.spent).toBe(3 * stateWorkMax);
  });

  it('work that is refused does not count as done', () => {
    const budget = new Budget();

    expect(budget.take(1e12)).toBe(false);
    expect(budget.spent).toBeLessThanOrEqual(stateWorkMax + 1);
  });

  it('a catcher may do some work after its state has done all of its own', () => {
    const budget = new Budget();
    budget.take(stateWorkMax + 1);

    budget.renewForCatcher();

    expect(budget.take(1_000)).toBe(true);
    expect(budget.take(stateWorkMax / 2)).toBe(false);
  });

  it('a catcher of a state that has done little has the rest of its work', () => {
    const budget = new Budget();

    budget.renewForCatcher();

    expect(budget.take(stateWorkMax)).toBe(true);
  });

  it('counted work ends no state', () => {
    const budget = new Budget();

    budget.add(10 * stateWorkMax);

    expect(budget.take(stateWorkMax)).toBe(true);
    expect(budget.spent).toBe(11 * stateWorkMax);
  });
});

describe('the work of a search', () => {
  it('a search costs by the length of the text, and for a long piece by the product of both', () => {
    expect(searchWork(8_000, 10)).toBe(searchWork(8_000, 200));
    expect(searchWork(200_000, 20_000)).toBeGreaterThan(stateWorkMax);
  });
});
