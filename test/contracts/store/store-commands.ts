/**
 * Random commands on a store, for properties: each can run on any store, with the same result.
 */
import { addHistograms } from '../../../lib/engine/figures/duration-histogram.ts';
import type { Checkpoint } from '../../../lib/ports/store/checkpoint-store.ts';
import type { ProcessSums, StepFigures } from '../../../lib/ports/store/figures/step-figures.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { queueTaskStates } from '../../../lib/ports/store/task-store.ts';
import fc from '../../support/properties.ts';
import type { SimulatedClock } from '../../support/simulated-clock.ts';
import { batchExecutions, checkpoint, leaseMs, newExecution, wokenIds } from './store-harness.ts';

/** The batch of the executions that the commands use. */
export const commandBatchId = 'batch-of-commands';

/** The scopes of the figures of the batch, and of the executions without one. */
const figureScopes = [`b:${commandBatchId}`, 'm:orders@1'] as const;

/** Few enough that commands overlap; the last two have the same key, and one starts later. */
const executions = [
  ...batchExecutions(commandBatchId, 0, 6),
  newExecution({ uniqueKey: 'k', startInMs: 5_000, retentionMs: leaseMs }),
  newExecution({ uniqueKey: 'k', deadlineAt: 0 }),
];
const ids = executions.map(({ id }) => id);
const workers = fc.constantFrom('worker-1', 'worker-2', 'worker-3');
const someIds = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: ids.length });

/** One command. Its result is the same from every store that fulfils the contract. */
export interface StoreCommand {
  readonly text: string;
  /** Advances the clock of all stores; once, however many stores there are. */
  readonly advanceMs: number;
  run(store: Store): Promise<unknown>;
  /** The text that a failing property prints. */
  toString(): string;
}

/** Generates commands in any order. */
export const storeCommands: fc.Arbitrary<StoreCommand[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: creations() },
    { weight: 6, arbitrary: claims() },
    { weight: 8, arbitrary: commits() },
    { weight: 3, arbitrary: clockMoves() },
    { weight: 5, arbitrary: sweeps() },
    { weight: 4, arbitrary: taskCommands() },
    { weight: 3, arbitrary: signals() },
  ),
  { minLength: 10, maxLength: 40 },
);

/** Runs a command on each store, and returns all results. */
export async function runEverywhere(
  command: StoreCommand,
  stores: readonly Store[],
  clock: SimulatedClock,
): Promise<unknown[]> {
  await clock.advance(command.advanceMs);
  const results = [];
  for (const store of stores) results.push(await command.run(store));
  return results;
}

/** Reads everything about the executions that the commands use. */
export async function readAll(store: Store): Promise<unknown> {
  return {
    executions: await Promise.all(ids.map((id) => store.getTask(id))),
    tasks: await Promise.all(
      queueTaskStates.map((state) => store.listTasks({ state }, { limit: 100 })),
    ),
    tasksCounted: await store.countTasks(null, 100),
    histories: await Promise.all(ids.map((id) => store.readHistory(id, 1, 100))),
    batch: await store.getBatch(commandBatchId),
    archive: (await store.listArchive({}, { limit: 100 })).entries
      .map(({ taskId }) => taskId)
      .sort(),
    counts: await store.countRunnable(100),
    nextDueMs: await store.nextDueMs(),
    ahead: await store.workAhead(),
    waits: await store.listQueueWaits(),
    signals: [...(await store.readSignals(ids))].sort(),
    figures: await readFigures(store),
  };
}

/** Reads the figures, with the sums of their histograms. */
async function readFigures(store: Store): Promise<unknown> {
  const add = <Figures extends { readonly took: readonly string[] }>({
    took,
    ...rest
  }: Figures) => ({
    ...rest,
    took: addHistograms(took),
  });
  const scopes = await Promise.all(figureScopes.map((scope) => store.readStateFigures(scope)));
  const range = { from: 0, to: Number.MAX_SAFE_INTEGER, stepMs: Number.MAX_SAFE_INTEGER };
  const query = { kind: 'total', key: '', ...range, withTook: true } as const;
  return {
    states: scopes.map(({ batch, states }) => ({ batch, states: states.map(add) })),
    failures: await store.readFailures(figureScopes[0], 100),
    series: (await store.readSeries(query)).map(add),
    overview: await store.readOverview(),
  };
}

function command(
  text: string,
  run: (store: Store) => Promise<unknown>,
  advanceMs = 0,
): StoreCommand {
  return { text, advanceMs, run, toString: () => text };
}

function creations() {
  return fc
    .tuple(fc.subarray(executions, { minLength: 1 }), fc.boolean())
    .map(([some, sent]) =>
      command(`create ${some.length} ${sent}`, (store) => store.createExecutions(some, sent)),
    );
}

function claims() {
  return fc.tuple(workers, someIds).map(([worker, some]) =>
    command(`claim ${worker} ${some.length}`, async (store) => {
      const { claimed, refused } = await store.claim(worker, leaseMs, some);
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      return { claimed: claimed.toSorted(byId), refused: refused.toSorted(byId) };
    }),
  );
}

/** Commits checkpoints under the current fence, or that of the claim before. */
function commits() {
  const kinds = fc.constantFrom(
    'keep',
    'sleep',
    'sleepSent',
    'signal',
    'SUCCEEDED',
    'FAILED',
    'ABORTED',
  );
  return fc.tuple(someIds, kinds, fc.boolean(), fc.boolean()).map(([some, kind, stale, archived]) =>
    command(`commit ${some.length} ${kind} ${stale} ${archived}`, async (store) => {
      const steps: Checkpoint[] = [];
      for (const id of some) {
        const record = await store.getExecution(id);
        // A worker writes executions that it holds; one that lost them tries to, under its old
        // fence.
        if (record === null || (record.workerId === null && !stale)) continue;
        const fence = stale ? record.fence - 1 : record.fence;
        const next = checkpoint(
          { id, fence, attempts: record.attempts },
          toOverrides(kind, archived),
        );
        const seen = (await store.readSignals([id])).get(id)?.at(-1)?.id ?? 0;
        const signalsSeen = archived ? seen : 0;
        const figures = toFigures(record.batchId, kind);
        steps.push({
          ...next,
          events: `["${kind}"]`,
          firstEventId: record.fence,
          signalsSeen,
          figures,
        });
      }
      return [...(await store.commit(steps, archived ? toSums(kind) : null))].sort();
    }),
  );
}

/** A repeated checkpoint of the same fence must not add its figures again. */
function toFigures(batchId: string | null, kind: string): StepFigures {
  const count = { current: 1, entered: 2, failed: 0, caught: 1, retried: 3 };
  const isFailure = kind === 'FAILED' || kind === 'ABORTED';
  return {
    scope: batchId === null ? figureScopes[1] : figureScopes[0],
    states: [
      { ...count, state: 'A' },
      { ...count, state: kind, current: -1, failed: Number(isFailure) },
    ],
    failure: isFailure && batchId !== null ? { error: kind, state: 'A' } : null,
  };
}

function toSums(kind: string): ProcessSums {
  const counts = { started: 1, ended: 2, succeeded: 1, failed: 1, retried: 0, archived: 0 };
  return {
    series: [{ kind: 'total', key: '', at: 0, ...counts, received: 3, took: '{"4":2}' }],
    times: [{ scope: figureScopes[0], state: kind, took: '{"1":1,"9":2}' }],
  };
}

function toOverrides(kind: string, archived: boolean): Partial<Checkpoint> {
  switch (kind) {
    case 'keep':
      return {};
    case 'sleep':
      return { lease: 'release', dueInMs: 5_000 };
    case 'sleepSent':
      return { lease: 'release', dueInMs: 5_000, wakeupSent: true };
    case 'signal':
      return { lease: 'release' };
    case 'SUCCEEDED':
      return {
        status: 'SUCCEEDED',
        lease: 'release',
        snapshot: null,
        output: '1',
        notify: { executionId: ids[0] ?? '', event: '"done"' },
      };
    default: {
      const status = kind === 'FAILED' ? 'FAILED' : 'ABORTED';
      const archiveReason = archived ? 'exhausted' : null;
      return { status, lease: 'release', error: kind, cause: 'why', archiveReason };
    }
  }
}

function clockMoves() {
  return fc
    .constantFrom(1, 5_000, leaseMs - 1, leaseMs)
    .map((ms) => command(`advance ${ms}`, async () => ms, ms));
}

function sweeps() {
  return fc.constantFrom(
    command('wakeDue', async (store) => wokenIds(await store.wakeDue(100))),
    command('recoverOrphans', async (store) => wokenIds(await store.recoverOrphans(100))),
    command('queueUnsent', async (store) => wokenIds(await store.queueUnsent(100))),
    command('requeueOldest', async (store) =>
      wokenIds(await store.requeueOldest('default', 100, 5_000)),
    ),
    command('foldFigures', (store) => store.foldFigures(leaseMs * 10_000, 100)),
    command('heartbeat', (store) => store.heartbeat('worker-1', leaseMs)),
    command('endLease', async (store) => store.endLease('worker-2')),
  );
}

function signals() {
  return fc.oneof(
    someIds.map((some) =>
      command(`signal ${some.length}`, async (store) => {
        const { wakeups, held, refused } = await store.sendSignals(
          some.flatMap((executionId) => [
            { executionId, event: '1' },
            { executionId, event: '2' },
          ]),
          true,
        );
        return { woken: wokenIds(wakeups), held, refused };
      }),
    ),
    fc.constant(
      command('deliverNotices', async (store) => {
        const { wakeups, held } = await store.deliverNotices(100);
        return { woken: wokenIds(wakeups), held };
      }),
    ),
  );
}

function taskCommands() {
  return fc.oneof(
    someIds.map((some) =>
      command(`abort ${some.length}`, async (store) => wokenIds(await store.requestAbort(some))),
    ),
    someIds.map((some) =>
      command(`redrive ${some.length}`, async (store) =>
        wokenIds(await store.redriveExecutions(some)),
      ),
    ),
    someIds.map((some) =>
      command(`cancel ${some.length}`, async (store) => {
        const { cancelled, wakeups } = await store.cancelUnstarted(some);
        return { cancelled, woken: wokenIds(wakeups) };
      }),
    ),
    someIds.map((some) =>
      command(`make due ${some.length}`, async (store) => wokenIds(await store.makeTasksDue(some))),
    ),
    someIds.map((some) => command(`delete ${some.length}`, (store) => store.deleteTasks(some))),
    fc.constant(command('prune', (store) => store.pruneExecutions(2 * leaseMs, 100))),
    fc.constant(
      command('redriveArchived', async (store) => wokenIds(await store.redriveArchived({}, 100))),
    ),
  );
}
