/** Signals: what outsiders say to an execution, until a checkpoint has seen it. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store.ts';
import {
  type Clause,
  checkpoint,
  claimOne,
  createClaimed,
  createEnded,
  ending,
  leaseMs,
  nextId,
  sleeping,
  wokenIds,
} from './store-harness.ts';

/** Clauses about signals. */
export function signalClauses(clause: Clause): void {
  deliveryClauses(clause);
  seenClauses(clause);
  lostWakeupClauses(clause);
  noticeClauses(clause);
}

/** An execution that waits for signals alone; answers its id. */
async function createWaiting(store: Store): Promise<string> {
  const claimed = await createClaimed(store);
  await store.commit([sleeping(claimed, null)]);
  return claimed.id;
}

/** A claimed execution that is RUNNING. */
async function createRunning(store: Store, workerId = 'worker-1') {
  const claimed = await createClaimed(store, {}, workerId);
  await store.commit([checkpoint(claimed)]);
  return claimed;
}

const said = (executionId: string, ...events: string[]) =>
  events.map((event) => ({ executionId, event }));

function deliveryClauses(clause: Clause): void {
  clause('a signal wakes a sleeper, whose claim brings it along', async ({ store }) => {
    const id = await createWaiting(store);

    const outcome = await store.signal(said(id, '{"type":"a"}', '{"type":"b"}'), true);

    expect(outcome).toEqual({
      ...{ wakeups: [{ executionId: id, queue: 'default', batchId: null }] },
      ...{ held: [], refused: [] },
    });
    expect((await claimOne(store, id)).signals).toEqual([
      { id: 1, event: '{"type":"a"}' },
      { id: 2, event: '{"type":"b"}' },
    ]);
  });

  clause('a sleeper whose task nobody sends is due at once', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.commit([sleeping(claimed, 60_000, true)]);

    const outcome = await store.signal(said(claimed.id, '1'), false);

    expect(outcome).toEqual({ wakeups: [], held: [], refused: [] });
    expect(await store.nextDueMs()).toBe(0);
    expect(wokenIds(await store.wakeDue(10))).toEqual([claimed.id]);
    expect(await store.signal(said(claimed.id, '2'), false)).toMatchObject({ refused: [] });
    expect(await store.wakeDue(10)).toEqual([]);
  });

  clause('a sleeper that was woken already needs no second task', async ({ store }) => {
    const id = await createWaiting(store);
    await store.signal(said(id, '1'), true);

    expect(await store.signal(said(id, '2'), true)).toEqual({ wakeups: [], held: [], refused: [] });

    expect((await claimOne(store, id)).signals).toHaveLength(2);
  });

  clause(
    'a holder learns of signals by its heartbeat until it has seen them',
    async ({ store }) => {
      const held = await createRunning(store);
      const other = await createRunning(store, 'worker-2');

      const outcome = await store.signal(said(held.id, '1'), true);

      expect(outcome).toEqual({ wakeups: [], held: [held.id], refused: [] });
      expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({ signalled: [held.id] });
      expect(await store.heartbeat('worker-2', leaseMs)).toMatchObject({ signalled: [] });
      expect(await store.readSignals([held.id, other.id, nextId(), 'no-uuid'])).toEqual(
        new Map([[held.id, [{ id: 1, event: '1' }]]]),
      );
      await store.commit([checkpoint(held, { signalsSeen: 1 })]);
      expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({ signalled: [] });
    },
  );

  clause('a signal to what is not under way is refused and not kept', async ({ store }) => {
    const ended = await createEnded(store);
    const pending = await createClaimed(store);
    const failed = await createClaimed(store);
    await store.commit([ending(failed, 'PENDING_REDRIVE', { dueInMs: 60_000 })]);
    const ids = [ended, pending.id, failed.id, nextId(), 'no-uuid'].sort();

    const outcome = await store.signal(
      ids.flatMap((id) => said(id, '1', '2')),
      true,
    );

    expect(outcome).toEqual({ wakeups: [], held: [], refused: ids });
    expect(await store.readSignals(ids)).toEqual(new Map());
    expect(await store.signal([], true)).toEqual({ wakeups: [], held: [], refused: [] });
  });

  clause(
    'signals to one execution at once are all kept, each with its number',
    async ({ store }) => {
      const id = await createWaiting(store);

      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.signal(said(id, `${index}`, `${index}`), true),
        ),
      );

      expect(outcomes.flatMap(({ wakeups }) => wakeups)).toHaveLength(1);
      const { signals } = await claimOne(store, id);
      expect(signals.map((signal) => signal.id)).toEqual(
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
      expect(new Set(signals.map(({ event }) => event)).size).toBe(10);
    },
  );
}

function seenClauses(clause: Clause): void {
  clause('what a checkpoint has seen is not handed out again', async ({ store }) => {
    const id = await createWaiting(store);
    await store.signal(said(id, '1', '2', '3'), true);
    const claimed = await claimOne(store, id);

    await store.commit([checkpoint(claimed, { signalsSeen: 2 })]);
    await store.endLease('worker-1');

    expect((await claimOne(store, id, 'worker-2')).signals).toEqual([{ id: 3, event: '3' }]);
  });

  clause('signals that a lost worker had taken are handed out again', async ({ store }) => {
    const id = await createWaiting(store);
    await store.signal(said(id, '1'), true);
    const { signals } = await claimOne(store, id);
    await store.endLease('worker-1');

    expect((await claimOne(store, id, 'worker-2')).signals).toEqual(signals);
  });

  clause('a checkpoint under an old fence sees nothing away', async ({ store }) => {
    const id = await createWaiting(store);
    await store.signal(said(id, '1'), true);
    const old = await claimOne(store, id);
    await store.endLease('worker-1');
    await claimOne(store, id, 'worker-2');

    await store.commit([checkpoint(old, { signalsSeen: 1 })]);

    expect((await store.readSignals([id])).get(id)).toHaveLength(1);
  });

  clause('an execution that has ended has seen all', async ({ store }) => {
    const id = await createWaiting(store);
    await store.signal(said(id, '1'), true);
    const claimed = await claimOne(store, id);

    await store.commit([ending(claimed, 'FAILED')]);
    await store.redriveExecutions([id]);

    expect((await claimOne(store, id)).signals).toEqual([]);
  });
}

function lostWakeupClauses(clause: Clause): void {
  clause('one that falls asleep over a signal is due at once', async ({ store }) => {
    const held = await createRunning(store);
    await store.signal(said(held.id, '1', '2'), true);

    await store.commit([{ ...sleeping(held, 3_600_000, true), signalsSeen: 1 }]);

    expect(wokenIds(await store.wakeDue(10))).toEqual([held.id]);
    expect((await claimOne(store, held.id)).signals).toEqual([{ id: 2, event: '2' }]);
  });

  clause('one that falls asleep with all signals seen sleeps on', async ({ store }) => {
    const held = await createRunning(store);
    await store.signal(said(held.id, '1'), true);

    await store.commit([{ ...sleeping(held, null), signalsSeen: 1 }]);

    expect(await store.wakeDue(10)).toEqual([]);
    expect(await store.nextDueMs()).toBeNull();
  });

  clause('no signal is lost to a checkpoint that falls asleep meanwhile', async ({ store }) => {
    const held = await Promise.all(Array.from({ length: 20 }, () => createRunning(store)));
    const ids = held.map(({ id }) => id).sort();

    const outcomes = await Promise.all(
      held.flatMap((claimed) => [
        store.commit([sleeping(claimed, null)]).then(() => []),
        store.signal(said(claimed.id, '1'), true).then(({ wakeups }) => wakeups),
      ]),
    );
    const due = await store.wakeDue(100);

    expect(wokenIds([...outcomes.flat(), ...due])).toEqual(ids);
    const { claimed } = await store.claim('worker-2', leaseMs, ids);
    expect(claimed.map(({ signals }) => signals)).toEqual(ids.map(() => [{ id: 1, event: '1' }]));
  });
}

function noticeClauses(clause: Clause): void {
  clause('an end leaves a signal to another execution', async ({ store }) => {
    const parent = await createWaiting(store);
    const child = await createClaimed(store, { replyTo: '{"to":"parent"}' });
    expect(child.replyTo).toBe('{"to":"parent"}');
    expect(await store.getExecution(child.id)).toMatchObject({ replyTo: child.replyTo });

    const notify = { executionId: parent, event: '{"type":"x"}' };
    await store.commit([ending(child, 'SUCCEEDED', { notify })]);

    expect(await store.readSignals([parent])).toEqual(new Map());
    expect(wokenIds((await store.wakeSignalled(10)).wakeups)).toEqual([parent]);
    expect(await store.wakeSignalled(10)).toEqual({ wakeups: [], held: [] });
    expect((await claimOne(store, parent)).signals).toEqual([{ id: 1, event: '{"type":"x"}' }]);
  });

  clause('whoever holds the other execution learns of it by the heartbeat', async ({ store }) => {
    const parent = await createRunning(store, 'worker-2');
    const notify = { executionId: parent.id, event: '1' };
    await store.commit([ending(await createClaimed(store), 'SUCCEEDED', { notify })]);

    expect(await store.wakeSignalled(10)).toEqual({ wakeups: [], held: [parent.id] });

    expect(await store.heartbeat('worker-2', leaseMs)).toMatchObject({ signalled: [parent.id] });
  });

  clause('a checkpoint that is not written leaves no signal', async ({ store }) => {
    const parent = await createWaiting(store);
    const child = await createClaimed(store);
    await store.endLease('worker-1');
    await claimOne(store, child.id, 'worker-2');

    const notify = { executionId: parent, event: '1' };
    await store.commit([ending(child, 'SUCCEEDED', { notify })]);

    expect(await store.wakeSignalled(10)).toEqual({ wakeups: [], held: [] });
  });

  clause('a repeated end leaves its signal once', async ({ store }) => {
    const parent = await createWaiting(store);
    const child = await createClaimed(store);
    const end = ending(child, 'FAILED', { notify: { executionId: parent, event: '1' } });

    await store.commit([end]);
    await store.commit([end]);
    await store.wakeSignalled(10);

    expect((await claimOne(store, parent)).signals).toHaveLength(1);
  });

  clause('one commit may hold the parent and its children', async ({ store }) => {
    const parent = await createRunning(store);
    const children = [await createClaimed(store), await createClaimed(store)];

    await store.commit([
      sleeping(parent, null),
      ...children.map((child, index) =>
        ending(child, 'SUCCEEDED', { notify: { executionId: parent.id, event: `${index}` } }),
      ),
    ]);

    expect(wokenIds((await store.wakeSignalled(10)).wakeups)).toEqual([parent.id]);
    const { signals } = await claimOne(store, parent.id);
    expect(signals.map(({ event }) => event).sort()).toEqual(['0', '1']);
  });

  clause('signals are delivered as many as asked, each once', async ({ store }) => {
    const parents = [];
    for (let count = 0; count < 6; count += 1) parents.push(await createWaiting(store));
    const unknown = nextId();
    for (const executionId of [...parents, unknown, 'no-uuid']) {
      const notify = { executionId, event: '1' };
      await store.commit([ending(await createClaimed(store), 'SUCCEEDED', { notify })]);
    }

    const first = await store.wakeSignalled(2);
    const rest = await Promise.all([1, 2, 3].map(() => store.wakeSignalled(10)));

    expect(first.wakeups).toHaveLength(2);
    expect(wokenIds([first, ...rest].flatMap(({ wakeups }) => wakeups))).toEqual(parents.sort());
    expect(await store.wakeSignalled(10)).toEqual({ wakeups: [], held: [] });
  });
}
