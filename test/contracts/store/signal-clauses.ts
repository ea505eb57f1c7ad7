/** Signals: events from outside, stored until a checkpoint has seen them. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
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

/** Defines the clauses about signals. */
export function signalClauses(clause: Clause): void {
  deliveryClauses(clause);
  seenClauses(clause);
  lostWakeupClauses(clause);
  noticeClauses(clause);
}

/** Creates an execution that waits only for signals; returns its id. */
async function createWaiting(store: Store): Promise<string> {
  const claimed = await createClaimed(store);
  await store.commit([sleeping(claimed, null)]);
  return claimed.id;
}

/** Creates a claimed execution that is RUNNING. */
async function createRunning(store: Store, workerId = 'worker-1') {
  const claimed = await createClaimed(store, {}, workerId);
  await store.commit([checkpoint(claimed)]);
  return claimed;
}

const said = (executionId: string, ...events: string[]) =>
  events.map((event) => ({ executionId, event }));

function deliveryClauses(clause: Clause): void {
  clause('a signal wakes a sleeping execution and is part of its next claim', async ({ store }) => {
    const id = await createWaiting(store);

    const outcome = await store.sendSignals(said(id, '{"type":"a"}', '{"type":"b"}'), true);

    expect(outcome).toEqual({
      wakeups: [{ executionId: id, queue: 'default', batchId: null }],
      held: [],
      refused: [],
    });
    expect((await claimOne(store, id)).signals).toEqual([
      { id: 1, event: '{"type":"a"}' },
      { id: 2, event: '{"type":"b"}' },
    ]);
  });

  clause('a signal without a task leaves a sleeping execution due at once', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.commit([sleeping(claimed, 60_000, true)]);

    const outcome = await store.sendSignals(said(claimed.id, '1'), false);

    expect(outcome).toEqual({ wakeups: [], held: [], refused: [] });
    expect(await store.nextDueMs()).toBe(0);
    expect(wokenIds(await store.wakeDue(10))).toEqual([claimed.id]);
    expect(await store.sendSignals(said(claimed.id, '2'), false)).toMatchObject({ refused: [] });
    expect(await store.wakeDue(10)).toEqual([]);
  });

  clause('a second signal to a woken execution returns no second task', async ({ store }) => {
    const id = await createWaiting(store);
    await store.sendSignals(said(id, '1'), true);

    expect(await store.sendSignals(said(id, '2'), true)).toEqual({
      wakeups: [],
      held: [],
      refused: [],
    });

    expect((await claimOne(store, id)).signals).toHaveLength(2);
  });

  clause('a worker learns of signals from its heartbeat until they are seen', async ({ store }) => {
    const held = await createRunning(store);
    const other = await createRunning(store, 'worker-2');

    const outcome = await store.sendSignals(said(held.id, '1'), true);

    expect(outcome).toEqual({ wakeups: [], held: [held.id], refused: [] });
    expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({ signalled: [held.id] });
    expect(await store.heartbeat('worker-2', leaseMs)).toMatchObject({ signalled: [] });
    expect(await store.readSignals([held.id, other.id, nextId(), 'no-uuid'])).toEqual(
      new Map([[held.id, [{ id: 1, event: '1' }]]]),
    );
    await store.commit([checkpoint(held, { signalsSeen: 1 })]);
    expect(await store.heartbeat('worker-1', leaseMs)).toMatchObject({ signalled: [] });
  });

  clause(
    'a signal to an execution that is not RUNNING is refused and not stored',
    async ({ store }) => {
      const ended = await createEnded(store);
      const pending = await createClaimed(store);
      const failed = await createClaimed(store);
      await store.commit([ending(failed, 'PENDING_REDRIVE', { dueInMs: 60_000 })]);
      const ids = [ended, pending.id, failed.id, nextId(), 'no-uuid'].sort();

      const outcome = await store.sendSignals(
        ids.flatMap((id) => said(id, '1', '2')),
        true,
      );

      expect(outcome).toEqual({ wakeups: [], held: [], refused: ids });
      expect(await store.readSignals(ids)).toEqual(new Map());
      expect(await store.sendSignals([], true)).toEqual({ wakeups: [], held: [], refused: [] });
    },
  );

  clause(
    'concurrent signals to one execution are all stored, each with its own number',
    async ({ store }) => {
      const id = await createWaiting(store);

      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.sendSignals(said(id, `${index}`, `${index}`), true),
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
  clause('a signal that a checkpoint has seen is not handed out again', async ({ store }) => {
    const id = await createWaiting(store);
    await store.sendSignals(said(id, '1', '2', '3'), true);
    const claimed = await claimOne(store, id);

    await store.commit([checkpoint(claimed, { signalsSeen: 2 })]);
    await store.endLease('worker-1');

    expect((await claimOne(store, id, 'worker-2')).signals).toEqual([{ id: 3, event: '3' }]);
  });

  clause('the signals of a lost worker are handed out again', async ({ store }) => {
    const id = await createWaiting(store);
    await store.sendSignals(said(id, '1'), true);
    const { signals } = await claimOne(store, id);
    await store.endLease('worker-1');

    expect((await claimOne(store, id, 'worker-2')).signals).toEqual(signals);
  });

  clause('a checkpoint under an old fence deletes no signal', async ({ store }) => {
    const id = await createWaiting(store);
    await store.sendSignals(said(id, '1'), true);
    const old = await claimOne(store, id);
    await store.endLease('worker-1');
    await claimOne(store, id, 'worker-2');

    await store.commit([checkpoint(old, { signalsSeen: 1 })]);

    expect((await store.readSignals([id])).get(id)).toHaveLength(1);
  });

  clause('an ended execution has no unseen signals', async ({ store }) => {
    const id = await createWaiting(store);
    await store.sendSignals(said(id, '1'), true);
    const claimed = await claimOne(store, id);

    await store.commit([ending(claimed, 'FAILED')]);
    await store.redriveExecutions([id]);

    expect((await claimOne(store, id)).signals).toEqual([]);
  });
}

function lostWakeupClauses(clause: Clause): void {
  clause(
    'an execution that falls asleep with an unseen signal is due at once',
    async ({ store }) => {
      const held = await createRunning(store);
      await store.sendSignals(said(held.id, '1', '2'), true);

      await store.commit([{ ...sleeping(held, 3_600_000, true), signalsSeen: 1 }]);

      expect(wokenIds(await store.wakeDue(10))).toEqual([held.id]);
      expect((await claimOne(store, held.id)).signals).toEqual([{ id: 2, event: '2' }]);
    },
  );

  clause(
    'an execution that falls asleep with all signals seen keeps sleeping',
    async ({ store }) => {
      const held = await createRunning(store);
      await store.sendSignals(said(held.id, '1'), true);

      await store.commit([{ ...sleeping(held, null), signalsSeen: 1 }]);

      expect(await store.wakeDue(10)).toEqual([]);
      expect(await store.nextDueMs()).toBeNull();
    },
  );

  clause(
    'no signal is lost when a checkpoint puts its execution to sleep at the same time',
    async ({ store }) => {
      const held = await Promise.all(Array.from({ length: 20 }, () => createRunning(store)));
      const ids = held.map(({ id }) => id).sort();

      const outcomes = await Promise.all(
        held.flatMap((claimed) => [
          store.commit([sleeping(claimed, null)]).then(() => []),
          store.sendSignals(said(claimed.id, '1'), true).then(({ wakeups }) => wakeups),
        ]),
      );
      const due = await store.wakeDue(100);

      expect(wokenIds([...outcomes.flat(), ...due])).toEqual(ids);
      const { claimed } = await store.claim('worker-2', leaseMs, ids);
      expect(claimed.map(({ signals }) => signals)).toEqual(ids.map(() => [{ id: 1, event: '1' }]));
    },
  );
}

function noticeClauses(clause: Clause): void {
  clause('a final checkpoint can leave a signal for another execution', async ({ store }) => {
    const parent = await createWaiting(store);
    const child = await createClaimed(store, { replyTo: '{"to":"parent"}' });
    expect(child.replyTo).toBe('{"to":"parent"}');
    expect(await store.getExecution(child.id)).toMatchObject({ replyTo: child.replyTo });

    const notify = { executionId: parent, event: '{"type":"x"}' };
    await store.commit([ending(child, 'SUCCEEDED', { notify })]);

    expect(await store.readSignals([parent])).toEqual(new Map());
    expect(wokenIds((await store.deliverNotices(10)).wakeups)).toEqual([parent]);
    expect(await store.deliverNotices(10)).toEqual({ wakeups: [], held: [] });
    expect((await claimOne(store, parent)).signals).toEqual([{ id: 1, event: '{"type":"x"}' }]);
  });

  clause(
    "the other execution's worker learns of that signal from its heartbeat",
    async ({ store }) => {
      const parent = await createRunning(store, 'worker-2');
      const notify = { executionId: parent.id, event: '1' };
      await store.commit([ending(await createClaimed(store), 'SUCCEEDED', { notify })]);

      expect(await store.deliverNotices(10)).toEqual({ wakeups: [], held: [parent.id] });

      expect(await store.heartbeat('worker-2', leaseMs)).toMatchObject({ signalled: [parent.id] });
    },
  );

  clause('a refused checkpoint leaves no signal for another execution', async ({ store }) => {
    const parent = await createWaiting(store);
    const child = await createClaimed(store);
    await store.endLease('worker-1');
    await claimOne(store, child.id, 'worker-2');

    const notify = { executionId: parent, event: '1' };
    await store.commit([ending(child, 'SUCCEEDED', { notify })]);

    expect(await store.deliverNotices(10)).toEqual({ wakeups: [], held: [] });
  });

  clause('a repeated final checkpoint leaves its signal once', async ({ store }) => {
    const parent = await createWaiting(store);
    const child = await createClaimed(store);
    const end = ending(child, 'FAILED', { notify: { executionId: parent, event: '1' } });

    await store.commit([end]);
    await store.commit([end]);
    await store.deliverNotices(10);

    expect((await claimOne(store, parent)).signals).toHaveLength(1);
  });

  clause('one commit can contain a parent and its children', async ({ store }) => {
    const parent = await createRunning(store);
    const children = [await createClaimed(store), await createClaimed(store)];

    await store.commit([
      sleeping(parent, null),
      ...children.map((child, index) =>
        ending(child, 'SUCCEEDED', { notify: { executionId: parent.id, event: `${index}` } }),
      ),
    ]);

    expect(wokenIds((await store.deliverNotices(10)).wakeups)).toEqual([parent.id]);
    const { signals } = await claimOne(store, parent.id);
    expect(signals.map(({ event }) => event).sort()).toEqual(['0', '1']);
  });

  clause('left signals are delivered up to the limit, each once', async ({ store }) => {
    const parents = [];
    for (let count = 0; count < 6; count += 1) parents.push(await createWaiting(store));
    const unknown = nextId();
    for (const executionId of [...parents, unknown, 'no-uuid']) {
      const notify = { executionId, event: '1' };
      await store.commit([ending(await createClaimed(store), 'SUCCEEDED', { notify })]);
    }

    const first = await store.deliverNotices(2);
    const rest = await Promise.all([1, 2, 3].map(() => store.deliverNotices(10)));

    expect(first.wakeups).toHaveLength(2);
    expect(wokenIds([first, ...rest].flatMap(({ wakeups }) => wakeups))).toEqual(parents.sort());
    expect(await store.deliverNotices(10)).toEqual({ wakeups: [], held: [] });
  });
}
