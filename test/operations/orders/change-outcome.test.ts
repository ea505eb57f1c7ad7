/** How the result of any change is described in the log. */
import { expect, it } from 'vitest';
import { toChangeOutcome } from '../../../lib/operations/orders/change-outcome.ts';

it.each([
  [undefined, { outcome: null, done: 1, refused: 0 }],
  [
    { queue: 'low', paused: true },
    { outcome: null, done: 1, refused: 0 },
  ],
  [
    { id: 'b', status: 'PAUSED' },
    { outcome: 'PAUSED', done: 1, refused: 0 },
  ],
  [
    { executionId: 'e', outcome: 'stopping' },
    { outcome: 'stopping', done: 1, refused: 0 },
  ],
  [
    { redriven: 12, next: null },
    { outcome: 'redriven 12', done: 12, refused: 0 },
  ],
  [{ deleted: 0 }, { outcome: 'deleted 0', done: 0, refused: 0 }],
  [
    { messages: 9, cancelled: 3 },
    { outcome: 'cancelled 3', done: 3, refused: 0 },
  ],
  [
    { executionId: 'e', created: false },
    { outcome: 'existed already', done: 0, refused: 0 },
  ],
  [{ tasks: [{ done: true }, { done: false }] }, { outcome: null, done: 1, refused: 1 }],
  [[{ done: true }, { done: true }, null], { outcome: null, done: 2, refused: 1 }],
])('the result %j is described', (result, outcome) => {
  expect(toChangeOutcome(result)).toEqual(outcome);
});
