/** The counts of states equal the executions at every step, whatever happens to their workers. */

import { describe, expect, it } from 'vitest';
import { decodeHistory } from '../../../../lib/engine/history/decode-history.ts';
import {
  type Branch,
  type Done,
  decodeSnapshot,
  isDone,
  listChildren,
} from '../../../../lib/engine/snapshot.ts';
import { isEnd } from '../../../../lib/engine/status.ts';
import type { ExecutionRecord } from '../../../../lib/ports/store/execution-store.ts';
import type { Store } from '../../../../lib/ports/store/store.ts';
import { Committer } from '../../../../lib/roles/execution/committer.ts';
import { FigureCollector } from '../../../../lib/roles/execution/figures/figure-collector.ts';
import { arbitraryDefinition, itemsInput } from '../../../support/arbitrary-machine.ts';
import fc from '../../../support/properties.ts';
import { RoleHarness, unavailable } from '../../../support/role-harness.ts';
import { settle } from '../../../support/signal.ts';

const batchId = 'batch';
const executionsCount = 4;

/** Counts of executions by state, and of those that are in none. */
interface Standing {
  readonly current: Record<string, number>;
  readonly entered: Record<string, number>;
  /** Open executions outside of any state of the machine itself. */
  readonly outside: number;
}

/** Reads where the executions are from their snapshots and histories. */
async function readStanding(store: Store, ids: readonly string[]): Promise<Standing> {
  const current: Record<string, number> = {};
  const entered: Record<string, number> = {};
  const visit = (branch: Branch | Done | null) => {
    if (branch === null || isDone(branch)) return;
    current[branch.state] = (current[branch.state] ?? 0) + 1;
    for (const child of listChildren(branch) ?? []) visit(child);
  };
  let outside = 0;
  for (const id of ids) {
    const record = await store.getExecution(id);
    const root = record === null ? null : runningRoot(record);
    visit(root);
    if (record !== null && !isEnd(record.status) && root === null) outside += 1;
    for (const chunk of await store.readHistory(id, 0, 1_000)) {
      for (const { stateEnteredEventDetails: details } of decodeHistory(chunk)) {
        if (details !== undefined) entered[details.name] = (entered[details.name] ?? 0) + 1;
      }
    }
  }
  return { current, entered, outside };
}

function runningRoot({ status, snapshot }: ExecutionRecord): Branch | Done | null {
  return status === 'RUNNING' && snapshot !== null ? decodeSnapshot(snapshot).root : null;
}

/** Expects the stored counts to equal the executions, and to add up to all that were created. */
async function expectEqual(store: Store, ids: readonly string[], top: readonly string[]) {
  const { batch, states } = await store.readStateFigures(`b:${batchId}`);
  const standing = await readStanding(store, ids);
  const named = (name: 'current' | 'entered') =>
    Object.fromEntries(
      states.flatMap((each) => (each[name] === 0 ? [] : [[each.state, each[name]]])),
    );
  expect(named('current')).toEqual(standing.current);
  expect(named('entered')).toEqual(standing.entered);
  if (batch === null) throw new Error('the batch is unknown');
  const { created, succeeded, failed, timedOut, aborted } = batch;
  const inTop = states.reduce((sum, { state, current }) => {
    return top.includes(state) ? sum + current : sum;
  }, 0);
  expect(inTop + standing.outside + succeeded + failed + timedOut + aborted).toBe(created);
}

/** Runs a batch while workers die, answers get lost and executions are redriven and aborted. */
async function runBatch(definition: object, choices: readonly number[]): Promise<void> {
  const dice = rollDice(choices);
  const top = Object.keys((definition as { readonly States: object }).States);
  let check = async (_store: Store): Promise<void> => {};
  // A failure inside a commit would look like one of the store.
  const failures: unknown[] = [];
  const harness = new RoleHarness({
    seed: choices.length,
    handlers: {
      work: async () => {
        if (dice(4) === 0) throw new Error('refused by the dice');
        return {};
      },
    },
    store: (real) => ({
      ...real,
      commit: async (...asked) => {
        const written = await real.commit(...asked);
        await check(real).catch((error: unknown) => failures.push(error));
        if (dice(12) === 0) throw unavailable();
        return written;
      },
    }),
  });
  await harness.register(definition);
  const { store, clock } = harness;
  const named = { name: 'b', machineId: 'machine', machineVersion: 1 };
  await store.createBatch({ id: batchId, ...named, source: '{}', options: '{}' });
  const ids = await Promise.all(
    Array.from({ length: executionsCount }, (_, batchIndex) =>
      harness.submit(itemsInput, { batchId, batchIndex, retriesMax: 1 }),
    ),
  );
  check = (real) => expectEqual(real, ids, top);
  const workers = [createWorker(harness), createWorker(harness)];
  const sweeper = harness.sweeper({ intervalMs: 1_000 });
  for (const role of [sweeper, ...workers.map(({ worker }) => worker)]) role.start();

  for (let step = 0; step < 25; step += 1) {
    const id = ids[dice(ids.length)] ?? '';
    const chosen = workers[dice(workers.length)];
    const event = dice(8);
    if (event === 0) chosen?.executor.abandonLease();
    else if (event === 1) await harness.dispatcher.dispatch(await store.redriveExecutions([id]));
    else if (event === 2) await harness.dispatcher.dispatch(await store.requestAbort([id]));
    await clock.advance([0, 300, 5_000, 31_000][dice(4)] ?? 0);
    await settle();
    await check(store);
  }

  await Promise.all([sweeper, ...workers.map(({ worker }) => worker)].map((r) => harness.stop(r)));
  await check(store);
  if (failures.length > 0) throw failures[0];
}

function createWorker(harness: RoleHarness) {
  const figures = new FigureCollector(harness);
  const committer = new Committer({ ...harness, figures, retryMsMax: 1_000 });
  const executor = harness.executor({ figures, committer });
  return { executor, worker: harness.worker({ executor }) };
}

/** Returns numbers below `sides` that only depend on `choices`. */
function rollDice(choices: readonly number[]): (sides: number) => number {
  let rolls = 0;
  return (sides) => {
    rolls += 1;
    const choice = choices[rolls % choices.length] ?? 0;
    return (choice + rolls * 7) % sides;
  };
}

describe('figures of states', () => {
  it('any batch has counts that equal its executions after every commit', async () => {
    const choices = fc.array(fc.nat(999), { minLength: 5, maxLength: 40 });
    await fc.assert(fc.asyncProperty(arbitraryDefinition, choices, runBatch), { numRuns: 30 });
  }, 120_000);
});
