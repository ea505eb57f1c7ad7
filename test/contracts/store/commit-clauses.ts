/** Checkpoints: durable when the commit returns, and accepted only with the current fence. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  createClaimed,
  ending,
  leaseMs,
  newExecution,
  newExecutions,
  nextId,
} from './store-harness.ts';

/** Defines the clauses about commits. */
export function commitClauses(clause: Clause): void {
  writingClauses(clause);
  fenceClauses(clause);
  repeatClauses(clause);
}

function writingClauses(clause: Clause): void {
  clause('a checkpoint is readable as soon as its commit returns', async ({ store }) => {
    const claimed = await createClaimed(store);

    const written = await store.commit([
      checkpoint(claimed, { snapshot: '{"state":"B"}', attempts: 1, output: '7' }),
    ]);

    expect(written).toEqual(new Set([claimed.id]));
    expect(await store.getExecution(claimed.id)).toMatchObject({
      status: 'RUNNING',
      snapshot: '{"state":"B"}',
      attempts: 1,
      output: '7',
      workerId: 'worker-1',
      endedAt: null,
    });
  });

  clause(
    'the next worker gets the newest snapshot and the original input',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store, { input: '"first"' });
      await store.commit([checkpoint(claimed, { snapshot: '{"value":"newer"}' })]);
      await store.commit([checkpoint(claimed, { snapshot: '{"value":"newest"}' })]);
      await clock.advance(leaseMs);

      const next = await claimOne(store, claimed.id, 'worker-2');

      expect(next).toMatchObject({ input: '"first"', snapshot: '{"value":"newest"}' });
    },
  );

  clause(
    'a checkpoint with history resets the stalls, and one without does not',
    async ({ store, clock }) => {
      const lost = await createClaimed(store);
      await clock.advance(leaseMs);
      const stalled = await claimOne(store, lost.id, 'worker-2');
      await store.commit([checkpoint(stalled, { events: null, firstEventId: 0 })]);
      expect(await store.getExecution(lost.id)).toMatchObject({ stalls: 1 });

      await store.commit([checkpoint(stalled, { events: '[{"id":7}]', firstEventId: 7 })]);

      expect(await store.getExecution(lost.id)).toMatchObject({ stalls: 0 });
    },
  );

  clause(
    'an ended execution has an end time, an output and no worker',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await clock.advance(1_234);

      await store.commit([ending(claimed)]);

      expect(await store.getExecution(claimed.id)).toMatchObject({
        status: 'SUCCEEDED',
        output: '"done"',
        snapshot: null,
        workerId: null,
        endedAt: clock.now(),
        dueAt: null,
        error: null,
      });
    },
  );

  clause('a failed execution has its error and cause', async ({ store }) => {
    const claimed = await createClaimed(store);

    await store.commit([ending(claimed, 'TIMED_OUT', { error: 'States.Timeout', cause: 'slow' })]);

    expect(await store.getExecution(claimed.id)).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      cause: 'slow',
      output: null,
    });
  });

  clause('a commit writes the checkpoints of many executions', async ({ store }) => {
    const executions = newExecutions(200);
    await store.createExecutions(executions, true);
    const { claimed } = await store.claim(
      'worker-1',
      leaseMs,
      executions.map(({ id }) => id),
    );

    const written = await store.commit(claimed.toReversed().map((one) => ending(one)));

    expect(written).toEqual(new Set(executions.map(({ id }) => id)));
  });

  clause('a commit without checkpoints writes nothing', async ({ store }) => {
    expect(await store.commit([])).toEqual(new Set());
  });

  clause('a commit with two checkpoints of one execution fails an assertion', async ({ store }) => {
    const claimed = await createClaimed(store);

    const commit = store.commit([checkpoint(claimed), ending(claimed)]);

    await expect(commit).rejects.toThrow('invariant broken');
    expect(await store.getExecution(claimed.id)).toMatchObject({ status: 'PENDING' });
  });
}

function fenceClauses(clause: Clause): void {
  clause('a worker that lost an execution cannot write to it', async ({ store, clock }) => {
    const stale = await createClaimed(store);
    await clock.advance(leaseMs);
    await claimOne(store, stale.id, 'worker-2');

    const written = await store.commit([
      ending(stale, 'FAILED', { events: '[1]', firstEventId: 1 }),
    ]);

    expect(written).toEqual(new Set());
    expect(await store.getExecution(stale.id)).toMatchObject({ status: 'PENDING', error: null });
    expect(await store.readHistory(stale.id, 1, 10)).toEqual([]);
  });

  clause(
    'a commit writes the executions still held next to a lost one',
    async ({ store, clock }) => {
      const lost = await createClaimed(store);
      await clock.advance(leaseMs);
      await claimOne(store, lost.id, 'worker-2');
      const kept = await createClaimed(store);

      const written = await store.commit([ending(lost), ending(kept)]);

      expect(written).toEqual(new Set([kept.id]));
    },
  );

  clause(
    'a worker with an expired lease can write until another worker claims',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await clock.advance(leaseMs * 2);

      expect(await store.commit([ending(claimed)])).toEqual(new Set([claimed.id]));
    },
  );

  clause('a checkpoint of an unknown execution is not written', async ({ store }) => {
    const unknown = { ...newExecution(), id: nextId(), fence: 1, attempts: 0 };

    expect(await store.commit([checkpoint(unknown)])).toEqual(new Set());
  });
}

function repeatClauses(clause: Clause): void {
  clause('a repeated checkpoint is written once', async ({ store }) => {
    const claimed = await createClaimed(store);
    const step = checkpoint(claimed, { events: '[{"id":1},{"id":2}]', firstEventId: 1 });
    await store.commit([step]);

    const written = await store.commit([step]);

    expect(written).toEqual(new Set([claimed.id]));
    expect(await store.readHistory(claimed.id, 1, 10)).toEqual(['[{"id":1},{"id":2}]']);
  });

  clause('a repeated final checkpoint is reported as written', async ({ store, clock }) => {
    const claimed = await createClaimed(store);
    await store.commit([ending(claimed)]);
    const endedAt = clock.now();
    await clock.advance(1_000);

    const written = await store.commit([ending(claimed)]);

    expect(written).toEqual(new Set([claimed.id]));
    expect(await store.getExecution(claimed.id)).toMatchObject({ endedAt });
  });

  clause('an ended execution cannot be changed by a checkpoint', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.commit([ending(claimed)]);

    const written = await store.commit([ending(claimed, 'FAILED')]);

    expect(written).toEqual(new Set());
    expect(await store.getExecution(claimed.id)).toMatchObject({ status: 'SUCCEEDED' });
  });
}
