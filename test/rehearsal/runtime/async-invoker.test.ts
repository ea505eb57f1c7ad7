/** Asynchronous invocations: retries, and the end of an event. */
import { expect, it } from 'vitest';
import {
  type AbandonedEvent,
  AsyncInvoker,
  type AsyncInvokeSettings,
} from '../../../rehearsal/runtime/async-invoker.ts';
import type { InvocationOutcome } from '../../../rehearsal/runtime/invocation.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const failed: InvocationOutcome = {
  kind: 'failed',
  error: { errorType: 'Error', errorMessage: 'no' },
};
const answered: InvocationOutcome = { kind: 'answered', payload: 'null' };
const throttled: InvocationOutcome = { kind: 'throttled' };

function prepare(outcomes: readonly InvocationOutcome[], settings: AsyncInvokeSettings = {}) {
  const clock = new SimulatedClock();
  const start = clock.now();
  const invokedAt: number[] = [];
  const abandoned: AbandonedEvent[] = [];
  const invoker = new AsyncInvoker({
    ...settings,
    clock,
    invoke: async () => {
      invokedAt.push(clock.now() - start);
      return outcomes[Math.min(invokedAt.length, outcomes.length) - 1] ?? answered;
    },
    abandon: async (event) => {
      abandoned.push(event);
    },
  });
  return { clock, invoker, invokedAt, abandoned };
}

it('a failed event is retried after one minute and after two', async () => {
  const { clock, invoker, invokedAt, abandoned } = prepare([failed]);

  invoker.accept('{}');
  await clock.advance(0);
  await clock.advance(400_000);

  expect(invokedAt).toEqual([0, 60_000, 180_000]);
  expect(abandoned).toMatchObject([{ condition: 'RetriesExhausted', attempts: 3, payload: '{}' }]);
});

it('an event without retries is abandoned at its first failure', async () => {
  const { clock, invoker, invokedAt, abandoned } = prepare([failed], { retries: 0 });

  invoker.accept('{}');
  await clock.advance(0);
  await clock.advance(400_000);

  expect([invokedAt, abandoned.length]).toEqual([[0], 1]);
});

it('a throttled event is retried without using up its retries', async () => {
  const { clock, invoker, invokedAt, abandoned } = prepare([throttled, throttled, answered]);

  invoker.accept('{}');
  await clock.advance(0);
  await clock.advance(10_000);

  expect(invokedAt.length).toBe(3);
  expect([abandoned.length, invoker.open]).toEqual([0, 0]);
});

it('an event is abandoned before it exceeds its maximum age', async () => {
  const { clock, invoker, abandoned } = prepare([failed], { ageMsMax: 30_000 });

  invoker.accept('{}');
  await clock.advance(0);
  await clock.advance(400_000);

  expect(abandoned).toMatchObject([{ condition: 'EventAgeExceeded', attempts: 1 }]);
});

it('an event of more than 1 MB is refused', () => {
  const { invoker } = prepare([answered]);

  expect(invoker.accept(`"${'x'.repeat(1_048_576)}"`)?.errorType).toBe('RequestTooLarge');
});
