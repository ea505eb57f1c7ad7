/** Orders before they are given, and their progress. */
import { describe, expect, it } from 'vitest';
import {
  expectedMs,
  matchingText,
  type OrderDraft,
  readLimit,
  takenCount,
  typedConfirmation,
} from '../../../dashboard/src/orders/order-draft.ts';
import {
  actionWords,
  isCarriedOut,
  type Order,
  progressOf,
} from '../../../dashboard/src/orders/order-progress.ts';

const draft: OrderDraft = {
  action: 'redrive',
  over: { archive: {} },
  thing: 'archive entry',
  scope: 'the whole archive',
};
const found = { orderId: null, matching: 1_204, isMinimum: false, some: [] };

describe('an order before it is given', () => {
  it('the number of things that match is said, and whether there may be more', () => {
    expect(matchingText(draft, found)).toBe('1,204 archive entries');
    expect(matchingText(draft, { ...found, matching: 1 })).toBe('1 archive entry');
    expect(matchingText({ ...draft, thing: 'execution' }, { ...found, isMinimum: true })).toBe(
      'at least 1,204 executions',
    );
  });

  it('a delete is always confirmed by typing, a cancel above 1,000, a redrive never', () => {
    expect(typedConfirmation(draft, found)).toBeNull();
    expect(typedConfirmation({ ...draft, action: 'delete' }, { matching: 3 })).toBe('delete 3');
    expect(typedConfirmation({ ...draft, action: 'cancel' }, { matching: 1_000 })).toBeNull();
    expect(typedConfirmation({ ...draft, action: 'cancel', confirm: 'orders' }, found)).toBe(
      'orders',
    );
  });

  it('the duration follows from the rate and the limit', () => {
    expect(expectedMs(takenCount(found, null), 50)).toBe(24_080);
    expect(expectedMs(takenCount(found, 100), 50)).toBe(2_000);
    expect(takenCount(found, 5_000)).toBe(1_204);
  });

  it('a limit is a whole number from 1', () => {
    expect(readLimit('1,000')).toEqual({ value: 1_000, fault: null });
    expect(readLimit('')).toEqual({ value: null, fault: null });
    expect(readLimit('0').fault).toBe('expected a whole number from 1 to 1,000,000,000');
    expect(readLimit('1.5').fault).not.toBeNull();
    expect(readLimit('10001', 10_000).fault).toBe('expected a whole number from 1 to 10,000');
  });
});

const order: Order = {
  id: 'o-1',
  at: 0,
  by: 'ada',
  via: 'page',
  action: 'redrive',
  object: null,
  over: {},
  reason: null,
  status: 'RUNNING',
  perSecond: 50,
  total: 200,
  done: 90,
  refused: 10,
  endedAt: null,
  outcome: null,
  requestId: null,
};

describe('the progress of an order', () => {
  it('things that were left alone count as passed, and the end follows from the rate', () => {
    expect(progressOf(order, 1_000)).toEqual({ passed: 100, share: 0.5, endsAt: 3_000 });
  });

  it('a paused order and one of unknown size have no end', () => {
    expect(progressOf({ ...order, status: 'PAUSED' }, 0).endsAt).toBeNull();
    expect(progressOf({ ...order, total: null }, 0)).toEqual({
      passed: 100,
      share: null,
      endsAt: null,
    });
  });

  it('an order over nothing is done', () => {
    expect(progressOf({ ...order, total: 0, done: 0, refused: 0 }, 0).share).toBe(1);
  });

  it('a pause of a queue is not carried out by a leader', () => {
    expect([isCarriedOut(order), isCarriedOut({ action: 'pauseQueue' })]).toEqual([true, false]);
    expect(['redrive', 'pauseQueue'].map(actionWords)).toEqual(['Redrive', 'Pause queue']);
  });
});
