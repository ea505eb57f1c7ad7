/** Clauses about a closed broker; each closes its own broker. */
import { expect } from 'vitest';
import { type Clause, longMs, type MakeBroker, messages } from './broker-harness.ts';

/** Defines the clauses about closing. */
export function closingClauses(clause: Clause, make: MakeBroker): void {
  clause('a close ends every waiting receive without deliveries', async () => {
    const { broker, newQueue, close } = await make();
    const queue = await newQueue();
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: longMs };
    const waiting = [broker.receive(request), broker.receive(request)];

    await broker.close();

    expect(await Promise.all(waiting)).toEqual([[], []]);
    await close();
  });

  clause('a closed broker refuses every call', async () => {
    const { broker, newQueue, close } = await make();
    const queue = await newQueue();
    await broker.close();
    const stopped = expect.objectContaining({ code: 'STOPPED' });
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: 0 };

    await expect(broker.send(queue, messages(1))).rejects.toEqual(stopped);
    await expect(broker.receive(request)).rejects.toEqual(stopped);
    await expect(broker.stats([queue])).rejects.toEqual(stopped);
    await close();
  });

  clause('a broker can be closed twice', async () => {
    const { broker, close } = await make();
    await broker.close();

    await expect(broker.close()).resolves.toBeUndefined();
    await close();
  });
}
