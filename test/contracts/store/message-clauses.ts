/** Messages, and the executions that wait for them. */
import { expect } from 'vitest';
import type { NewMessage } from '../../../lib/ports/store/message-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  type Clause,
  checkpoint,
  claimOne,
  createClaimed,
  ending,
  nextId,
  readPages,
  sleeping,
  wokenIds,
} from './store-harness.ts';

const paid = { key: 'paid', value: '{"order":7}' };
const dayMs = 86_400_000;

/** Defines the clauses about messages. */
export function messageClauses(clause: Clause): void {
  matchClauses(clause);
  raceClauses(clause);
  returnClauses(clause);
  keepClauses(clause);
}

function message(changes: Partial<NewMessage> = {}): NewMessage {
  return { id: nextId(), ...paid, body: '{"cents": 5}', ttlMs: dayMs, ...changes };
}

/** Creates a sleeping execution whose command `2:0` waits for a message; returns its id. */
async function createWaiting(store: Store, correlation = paid): Promise<string> {
  const claimed = await createClaimed(store);
  await store.commit([sleeping(claimed, null)]);
  await store.awaitMessage({ executionId: claimed.id, command: '2:0', ...correlation });
  return claimed.id;
}

const matchPaid = (store: Store) => store.matchMessages(paid, 100, true);

async function bodies(store: Store): Promise<string[]> {
  return (await store.listMessages({}, { limit: 100 })).entries.map(({ body }) => body);
}

/** Returns the events of an execution's signals. */
async function readEvents(store: Store, id: string): Promise<unknown[]> {
  const signals = (await store.readSignals([id])).get(id) ?? [];
  return signals.map(({ event }) => JSON.parse(event));
}

const arrival = { type: 'commandSucceeded', command: '2:0', result: { cents: 5 } };

function matchClauses(clause: Clause): void {
  clause(
    'a message wakes all executions that wait for its key and value, and no others',
    async ({ store }) => {
      const waiting = [await createWaiting(store), await createWaiting(store)].sort();
      const other = await createWaiting(store, { key: 'paid', value: '{"order":8}' });
      await store.putMessage(message());

      const { wakeups, held } = await matchPaid(store);

      expect({ woken: wokenIds(wakeups), held }).toEqual({ woken: waiting, held: [] });
      for (const id of waiting) expect(await readEvents(store, id)).toEqual([arrival]);
      expect(await readEvents(store, other)).toEqual([]);
      expect(await bodies(store)).toEqual([]);
      expect(await matchPaid(store)).toEqual({ wakeups: [], held: [] });
    },
  );

  clause('a message without waiters is kept for the first one', async ({ store }) => {
    await store.putMessage(message());
    expect(await matchPaid(store)).toEqual({ wakeups: [], held: [] });

    const first = await createWaiting(store);
    expect(wokenIds((await matchPaid(store)).wakeups)).toEqual([first]);

    await createWaiting(store);
    expect((await matchPaid(store)).wakeups).toEqual([]);
  });

  clause('the oldest of several messages is delivered first', async ({ store }) => {
    await store.putMessage(message({ body: '1' }));
    await store.putMessage(message({ body: '2' }));
    const first = await createWaiting(store);

    await matchPaid(store);

    expect(await readEvents(store, first)).toMatchObject([{ result: 1 }]);
    expect(await bodies(store)).toEqual(['2']);
  });

  clause("a message's body and value come back byte for byte", async ({ store }) => {
    const odd = { key: 'a"b', value: JSON.stringify('x'.repeat(9_000)) };
    const id = await createWaiting(store, odd);
    await store.putMessage(message({ ...odd, body: '{"b": 1.0, "a": "\\u0000é"}' }));

    await store.matchMessages(odd, 100, true);

    const [signal] = (await store.readSignals([id])).get(id) ?? [];
    expect(signal?.event).toContain('"result":{"b": 1.0, "a": "\\u0000é"}');
  });

  clause('a repeated wait or send has no further effect', async ({ store }) => {
    const id = await createWaiting(store);
    await store.awaitMessage({ executionId: id, command: '2:0', ...paid });
    const twice = message();
    await store.putMessage(twice);
    await store.putMessage(twice);

    await matchPaid(store);

    expect(await readEvents(store, id)).toHaveLength(1);
    expect(await bodies(store)).toEqual([]);
  });

  clause('a removed waiter gets no message', async ({ store }) => {
    const id = await createWaiting(store);
    await store.removeWaiter(id, '2:0');
    await store.putMessage(message());

    expect(await matchPaid(store)).toEqual({ wakeups: [], held: [] });
    expect(await bodies(store)).toHaveLength(1);
  });

  clause('an ended execution gets no message', async ({ store }) => {
    const id = await createWaiting(store);
    await store.sendSignals([{ executionId: id, event: '{}' }], true);
    await store.commit([ending(await claimOne(store, id))]);
    await store.putMessage(message());

    expect(await matchPaid(store)).toEqual({ wakeups: [], held: [] });
    expect(await bodies(store)).toHaveLength(1);
  });

  clause(
    'a message reports the executions held by workers, and leaves unsent tasks due',
    async (bench) => {
      const { store } = bench;
      const claimed = await createClaimed(store);
      await store.commit([checkpoint(claimed)]);
      await store.awaitMessage({ executionId: claimed.id, command: '2:0', ...paid });
      const asleep = await createWaiting(store);
      await store.putMessage(message());

      const outcome = await store.matchMessages(paid, 100, false);

      expect(outcome).toEqual({ wakeups: [], held: [claimed.id] });
      expect(wokenIds(await store.wakeDue(10))).toEqual([asleep]);
    },
  );
}

function raceClauses(clause: Clause): void {
  clause(
    'a match by the sweep covers recent arrivals, or all when it has no limit',
    async ({ store, clock }) => {
      const id = await createWaiting(store);
      await store.putMessage(message());
      await clock.advance(60_000);

      expect((await store.matchMessages({ withinMs: 59_999 }, 100, true)).wakeups).toEqual([]);
      expect(
        wokenIds((await store.matchMessages({ withinMs: 60_000 }, 100, true)).wakeups),
      ).toEqual([id]);
      const later = await createWaiting(store);
      await store.putMessage(message());
      await clock.advance(dayMs / 2);
      const all = await store.matchMessages({ withinMs: null }, 100, true);
      expect(wokenIds(all.wakeups)).toEqual([later]);
    },
  );

  clause('concurrent matches deliver a message once', async ({ store }) => {
    const waiting = await Promise.all(Array.from({ length: 5 }, () => createWaiting(store)));
    await store.putMessage(message());

    const outcomes = await Promise.all([1, 2, 3, 4].map(() => matchPaid(store)));

    expect(wokenIds(outcomes.flatMap(({ wakeups }) => wakeups))).toEqual(waiting.sort());
    for (const id of waiting) expect(await readEvents(store, id)).toHaveLength(1);
  });

  clause('a message and a waiter that arrive at the same time are matched', async ({ store }) => {
    const rounds = Array.from({ length: 10 }, async (_, index) => {
      const correlation = { key: 'race', value: `${index}` };
      const claimed = await createClaimed(store);
      await store.commit([sleeping(claimed, null)]);
      const match = () => store.matchMessages(correlation, 100, true);
      const waiter = { executionId: claimed.id, command: '2:0', ...correlation };
      await Promise.all([
        store.awaitMessage(waiter).then(match),
        store.putMessage(message(correlation)).then(match),
      ]);
      return (await readEvents(store, claimed.id)).length;
    });

    expect(await Promise.all(rounds)).toEqual(rounds.map(() => 1));
  });
}

function returnClauses(clause: Clause): void {
  clause('an unused message returns to the inbox unchanged', async ({ store }) => {
    const id = await createWaiting(store);
    await store.putMessage(message());
    const before = await store.listMessages({}, { limit: 10 });
    await matchPaid(store);
    expect(await store.returnMessages()).toBe(0);

    const claimed = await claimOne(store, id);
    await store.commit([{ ...sleeping(claimed, null), signalsSeen: 1, signalsUnused: [1] }]);

    expect(await store.returnMessages()).toBe(1);
    expect(await store.listMessages({}, { limit: 10 })).toEqual(before);
    expect(await readEvents(store, id)).toEqual([]);
    expect(await store.returnMessages()).toBe(0);
  });

  clause(
    'an unused message returns to the inbox also after later checkpoints',
    async ({ store }) => {
      const id = await createWaiting(store);
      await store.putMessage(message());
      await matchPaid(store);
      const claimed = await claimOne(store, id);
      await store.commit([checkpoint(claimed, { signalsSeen: 1, signalsUnused: [1] })]);
      await store.sendSignals([{ executionId: id, event: '{"type":"timersDue"}' }], true);

      await store.commit([checkpoint(claimed, { signalsSeen: 2 })]);
      await store.commit([checkpoint(claimed, { signalsSeen: 2 })]);

      expect(await store.returnMessages()).toBe(1);
      expect(await bodies(store)).toHaveLength(1);
    },
  );

  clause('a used message does not return to the inbox', async ({ store }) => {
    const id = await createWaiting(store);
    await store.putMessage(message());
    await matchPaid(store);

    await store.commit([checkpoint(await claimOne(store, id), { signalsSeen: 1 })]);

    expect(await store.returnMessages()).toBe(0);
    expect(await bodies(store)).toEqual([]);
  });

  clause(
    'a message that its execution did not see before its end returns to the inbox',
    async ({ store }) => {
      const held = await createClaimed(store);
      await store.commit([checkpoint(held)]);
      await store.awaitMessage({ executionId: held.id, command: '2:0', ...paid });
      await store.putMessage(message());
      await matchPaid(store);

      await store.commit([ending(held, 'FAILED')]);

      expect(await store.returnMessages()).toBe(1);
      expect(await bodies(store)).toHaveLength(1);
    },
  );
}

function keepClauses(clause: Clause): void {
  clause('messages are listed oldest first, page by page, by key', async ({ store }) => {
    for (const body of ['1', '2', '3']) await store.putMessage(message({ body }));
    await store.putMessage(message({ key: 'other', body: '4' }));

    const all = await readPages(2, (page) => store.listMessages({ key: 'paid' }, page));

    expect(all.map(({ body }) => body)).toEqual(['1', '2', '3']);
    expect(all[0]).toMatchObject({ ...paid, body: '1' });
  });

  clause('an expired message is not delivered, and is deleted later', async ({ store, clock }) => {
    const id = await createWaiting(store, { key: 'late', value: '1' });
    await store.putMessage(message({ key: 'late', value: '1', ttlMs: 1_000 }));
    await store.putMessage(message());
    await clock.advance(1_000);

    const late = await store.matchMessages({ key: 'late', value: '1' }, 100, true);

    expect(late.wakeups).toEqual([]);
    expect(await readEvents(store, id)).toEqual([]);
    expect(await store.pruneMessages(10)).toBe(1);
    expect(await store.pruneMessages(10)).toBe(0);
    expect(await bodies(store)).toHaveLength(1);
  });
}
