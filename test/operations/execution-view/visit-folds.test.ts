/** Folded histories that are kept: what is read again, and what is forgotten. */
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../lib/engine/history-event.ts';
import { encodeSnapshot } from '../../../lib/engine/snapshot.ts';
import { VisitFolds } from '../../../lib/operations/execution-view/visit-folds.ts';
import type { ExecutionRecord } from '../../../lib/ports/store/execution-store.ts';
import { Run } from '../../support/run-machine.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const loop = {
  StartAt: 'A',
  States: {
    A: {
      Type: 'Choice',
      Choices: [{ Variable: '$.end', IsPresent: true, Next: 'End' }],
      Default: 'B',
    },
    B: { Type: 'Wait', Seconds: 1, Next: 'A' },
    End: { Type: 'Succeed' },
  },
};

/** A history of one event a chunk, and the reads of it. */
function openHistory(events: readonly HistoryEvent[]) {
  const reads: number[] = [];
  return {
    reads,
    store: {
      readHistory: async (_: string, from: number, chunksMax: number) => {
        reads.push(from);
        return events.slice(from - 1, from - 1 + chunksMax).map((event) => JSON.stringify([event]));
      },
    },
  };
}

/** Returns a run of the loop that is in its round `rounds`. */
function runLoop(rounds: number): Run {
  const run = new Run(loop).apply({ type: 'started' });
  for (let round = 1; round < rounds; round += 1) {
    run.now += 1_000;
    run.apply({ type: 'timersDue' });
  }
  return run;
}

function recordOf({ snapshot }: Run, id = 'e'): ExecutionRecord {
  return { id, snapshot: encodeSnapshot(snapshot) } as ExecutionRecord;
}

describe('folds', () => {
  it('only new events are read when an execution is looked at again', async () => {
    const run = runLoop(2);
    const { reads, store } = openHistory(run.history);
    const folds = new VisitFolds({ store, clock: new SimulatedClock() });
    const first = await folds.fold(recordOf(run));
    const reached = first.fold.lastEventId;
    run.now += 1_000;
    run.apply({ type: 'timersDue' });
    const later = new VisitFolds({
      store: openHistory(run.history).store,
      clock: new SimulatedClock(),
    });

    const again = await folds.fold(recordOf(run));

    expect(first.fold).toBe(again.fold);
    expect(reads).toEqual([1, 1 + reached]);
    expect((await later.fold(recordOf(run))).fold.lastEventId).toBe(run.history.length);
  });

  it('events after the snapshot of the execution are not folded yet', async () => {
    const run = runLoop(2);
    const early = recordOf(run);
    const { lastEventId } = run.snapshot;
    run.now += 1_000;
    run.apply({ type: 'timersDue' });
    const { store } = openHistory(run.history);
    const folds = new VisitFolds({ store, clock: new SimulatedClock() });

    const { fold, snapshot } = await folds.fold(early);

    expect(fold.lastEventId).toBe(lastEventId);
    expect(snapshot?.lastEventId).toBe(lastEventId);
    expect((await folds.fold(recordOf(run))).fold.lastEventId).toBe(run.history.length);
    expect((await folds.fold(early)).snapshot).toBeNull();
  });

  it('a history that takes too long is continued by the next call', async () => {
    const run = runLoop(200);
    const clock = new SimulatedClock();
    const { store } = openHistory(run.history);
    const slow = {
      readHistory: async (id: string, from: number, chunksMax: number) => {
        await clock.advance(900);
        return store.readHistory(id, from, chunksMax);
      },
    };
    const folds = new VisitFolds({ store: slow, clock, readMsMax: 1_000 });

    const first = await folds.fold(recordOf(run));
    const reached = first.fold.lastEventId;
    for (let calls = 0; calls < 5; calls += 1) await folds.fold(recordOf(run));

    expect(reached).toBe(200);
    expect(first.snapshot).toBeNull();
    expect(first.fold.lastEventId).toBe(run.history.length);
  });

  it('two calls at once fold each event once', async () => {
    const run = runLoop(90);
    const { reads, store } = openHistory(run.history);
    const folds = new VisitFolds({ store, clock: new SimulatedClock() });

    const [one, two] = await Promise.all([folds.fold(recordOf(run)), folds.fold(recordOf(run))]);

    expect(one?.fold).toBe(two?.fold);
    expect(one?.fold.tree.visits).toHaveLength(180);
    expect(new Set(reads).size).toBe(reads.length);
  });

  it('a read that fails does not fail the next call', async () => {
    const run = runLoop(1);
    const { store } = openHistory(run.history);
    let failures = 1;
    const faulty = {
      readHistory: async (id: string, from: number, chunksMax: number) => {
        if (failures-- > 0) throw new Error('down');
        return store.readHistory(id, from, chunksMax);
      },
    };
    const folds = new VisitFolds({ store: faulty, clock: new SimulatedClock() });

    await expect(folds.fold(recordOf(run))).rejects.toThrow('down');

    expect((await folds.fold(recordOf(run))).fold.lastEventId).toBe(run.history.length);
  });

  it('the executions that were looked at longest ago are forgotten first', async () => {
    const run = runLoop(5);
    const { reads, store } = openHistory(run.history);
    const folds = new VisitFolds({ store, clock: new SimulatedClock(), foldsMax: 2 });
    for (const id of ['a', 'b', 'a', 'c']) await folds.fold(recordOf(run, id));
    const before = reads.length;

    await folds.fold(recordOf(run, 'a'));
    const kept = reads.length - before;
    await folds.fold(recordOf(run, 'b'));

    expect(kept).toBe(0);
    expect(reads.length).toBeGreaterThan(before);
  });

  it('the visits of one execution are limited', async () => {
    const run = runLoop(200);
    const { store } = openHistory(run.history);
    const folds = new VisitFolds({ store, clock: new SimulatedClock(), visitsMax: 10 });

    const { fold } = await folds.fold(recordOf(run));

    expect(fold.tree.visits.length).toBeLessThan(100);
    expect((await folds.fold(recordOf(run))).fold.lastEventId).toBe(fold.lastEventId);
  });
});
