/** Clauses about how a waiting receive is woken, and how it ends. */
import { expect } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import {
  type BrokerHarness,
  type Clause,
  longMs,
  messages,
  only,
  sendAll,
  takeDead,
  takeOne,
  toIds,
} from './broker-harness.ts';

/** Defines the clauses about waiting. */
export function waitingClauses(clause: Clause): void {
  wakeClauses(clause);
  timeClauses(clause);
  endClauses(clause);
}

/** Starts a receive that waits long. */
function wait({ broker }: BrokerHarness, queues: string[], signal?: AbortSignal) {
  const request = { queues, max: 10, visibilityMs: longMs, waitMs: longMs };
  return broker.receive(signal === undefined ? request : { ...request, signal });
}

async function expectWoken(waiting: Promise<Delivery[]>, id = 'task-0'): Promise<void> {
  expect(only(await waiting).id).toBe(id);
}

function wakeClauses(clause: Clause): void {
  clause('a waiting receive gets a message that is sent', async (harness) => {
    const queue = await harness.newQueue();
    const waiting = wait(harness, [queue]);

    await sendAll(harness, queue, messages(1));

    await expectWoken(waiting);
  });

  clause('a waiting receive is woken by any of its queues', async (harness) => {
    const queues = [await harness.newQueue(), await harness.newQueue(), await harness.newQueue()];
    const waiting = wait(harness, queues);

    await sendAll(harness, queues[2] ?? '', messages(1));

    await expectWoken(waiting);
  });

  clause('a waiting receive gets a message that is released', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const held = await takeOne(harness, queue);
    const waiting = wait(harness, [queue]);

    await harness.broker.release([held], 0);

    await expectWoken(waiting);
  });

  clause('a waiting receive gets a message that is redriven', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await harness.broker.deadLetter([await takeOne(harness, queue)], 'broken');
    const waiting = wait(harness, [queue]);

    expect(await harness.broker.redrive(queue, 1)).toBe(1);

    await expectWoken(waiting);
  });

  clause('a waiting receive gets the messages of a resumed queue', async (harness) => {
    const queue = await harness.newQueue();
    await harness.broker.pause(queue);
    await sendAll(harness, queue, messages(1));
    const waiting = wait(harness, [queue]);

    await harness.broker.resume(queue);

    await expectWoken(waiting);
  });

  clause('one message wakes one receiver', async (harness) => {
    const queue = await harness.newQueue();
    const stop = new AbortController();
    const waiting = [wait(harness, [queue], stop.signal), wait(harness, [queue], stop.signal)];

    await sendAll(harness, queue, messages(1));
    await Promise.race(waiting.map(async (one) => expectWoken(one)));
    stop.abort();

    expect((await Promise.all(waiting)).flat()).toHaveLength(1);
  });

  clause('two messages wake two receivers', async (harness) => {
    const queue = await harness.newQueue();
    const one = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: longMs };
    const waiting = [harness.broker.receive(one), harness.broker.receive(one)];

    await sendAll(harness, queue, messages(2));

    expect(toIds((await Promise.all(waiting)).flat())).toEqual(['task-0', 'task-1']);
  });
}

function timeClauses(clause: Clause): void {
  clause('a waiting receive gets a message whose visibility timeout ends', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await takeOne(harness, queue, 2 * harness.tickMs);
    const waiting = wait(harness, [queue]);

    await harness.advance(2 * harness.tickMs);

    await expectWoken(waiting);
  });

  clause('a waiting receive gets a message whose delay ends', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { delayMs: 2 * harness.tickMs }));
    const waiting = wait(harness, [queue]);

    await harness.advance(2 * harness.tickMs);

    await expectWoken(waiting);
  });

  clause('a delay that begins during the wait wakes the receive when it ends', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { prefix: 'later', delayMs: longMs }));
    const waiting = wait(harness, [queue]);
    await sendAll(harness, queue, messages(1, { delayMs: harness.tickMs }));

    await harness.advance(harness.tickMs);

    await expectWoken(waiting);
  });

  clause('a wait without messages ends without deliveries', async (harness) => {
    const queue = await harness.newQueue();
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: harness.tickMs };
    const waiting = harness.broker.receive(request);

    await harness.advance(harness.tickMs);

    expect(await waiting).toEqual([]);
  });

  clause('a wait that has ended takes no later message', async (harness) => {
    const queue = await harness.newQueue();
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: harness.tickMs };
    const waiting = harness.broker.receive(request);
    await harness.advance(harness.tickMs);
    await waiting;

    await sendAll(harness, queue, messages(1));

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 1 });
  });
}

function endClauses(clause: Clause): void {
  clause('a receive does not wait if a message is ready', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));

    await expectWoken(wait(harness, [queue]));
  });

  clause('an abort ends the wait without deliveries', async (harness) => {
    const queue = await harness.newQueue();
    const stop = new AbortController();
    const waiting = wait(harness, [queue], stop.signal);

    stop.abort();

    expect(await waiting).toEqual([]);
    await sendAll(harness, queue, messages(1));
    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 1 });
  });

  clause('a receive with an aborted signal takes nothing', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));

    expect(await wait(harness, [queue], AbortSignal.abort())).toEqual([]);

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 1 });
  });

  clause('dead letters wake no receiver of their queue', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const held = await takeOne(harness, queue);
    const stop = new AbortController();
    const waiting = wait(harness, [queue], stop.signal);

    await harness.broker.deadLetter([held], 'broken');
    await harness.broker.release(await takeDead(harness, queue, 1), 0);
    stop.abort();

    expect(await waiting).toEqual([]);
  });
}
