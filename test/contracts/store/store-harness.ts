/** The driver under the store contract, and the helpers that its clauses use. */
import { expect } from 'vitest';
import type { NewArchiveEntry } from '../../../lib/ports/store/archive-store.ts';
import type { NewBatch } from '../../../lib/ports/store/batch-store.ts';
import type { Checkpoint } from '../../../lib/ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../../lib/ports/store/claim-store.ts';
import type { NewExecution, Wakeup } from '../../../lib/ports/store/execution-store.ts';
import type { Page } from '../../../lib/ports/store/page.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import type { SimulatedClock } from '../../support/simulated-clock.ts';

/** A driver under test. */
export interface StoreDriver {
  /** Opens an empty store that uses the driver's clock. */
  fresh(): Promise<Store>;
  close(): Promise<void>;
}

/** Creates a driver whose stores use `clock`. */
export type MakeStoreDriver = (clock: SimulatedClock) => Promise<StoreDriver>;

/** The store of a clause, and its clock. */
export interface StoreHarness {
  readonly store: Store;
  readonly clock: SimulatedClock;
}

/** Defines one clause of the contract. */
export type Clause = (title: string, body: (harness: StoreHarness) => Promise<void>) => void;

/** Duration of the leases that clauses claim with, in milliseconds. */
export const leaseMs = 30_000;

let idsGiven = 0;

/** Returns an id; ids sort in the order of their creation, as UUIDs of version 7 do. */
export function nextId(): string {
  idsGiven += 1;
  return `01900000-0000-7000-8000-${idsGiven.toString(16).padStart(12, '0')}`;
}

/** Returns an execution to create, with a new id and a name derived from it. */
export function newExecution(overrides: Partial<NewExecution> = {}): NewExecution {
  const id = nextId();
  return {
    id,
    machineId: 'orders',
    machineVersion: 1,
    name: `order-${id.slice(-6)}`,
    input: '{}',
    queue: 'default',
    retriesMax: 0,
    ...overrides,
  };
}

/** Returns `count` executions to create. */
export function newExecutions(
  count: number,
  overrides: (index: number) => Partial<NewExecution> = () => ({}),
): NewExecution[] {
  return Array.from({ length: count }, (_, index) => newExecution(overrides(index)));
}

/** Creates executions whose tasks count as sent; returns their ids. */
export async function create(store: Store, ...executions: NewExecution[]): Promise<string[]> {
  const results = await store.createExecutions(executions, true);
  return results.map(({ id }) => id);
}

/** Creates one execution and claims it for `workerId`. */
export async function createClaimed(
  store: Store,
  overrides: Partial<NewExecution> = {},
  workerId = 'worker-1',
): Promise<ClaimedExecution> {
  const [id] = await create(store, newExecution(overrides));
  return await claimOne(store, id ?? '', workerId);
}

/** Claims one execution; throws when it is refused. */
export async function claimOne(
  store: Store,
  id: string,
  workerId = 'worker-1',
): Promise<ClaimedExecution> {
  const { claimed, refused } = await store.claim(workerId, leaseMs, [id]);
  const [execution] = claimed;
  if (execution === undefined) throw new Error(`not handed out: ${JSON.stringify(refused)}`);
  return execution;
}

/** Returns a checkpoint of an execution that stays with its worker. */
export function checkpoint(
  { id, fence, attempts }: Pick<ClaimedExecution, 'id' | 'fence' | 'attempts'>,
  overrides: Partial<Checkpoint> = {},
): Checkpoint {
  return {
    executionId: id,
    fence,
    status: 'RUNNING',
    snapshot: '{"state":"A"}',
    events: null,
    firstEventId: 0,
    lease: 'keep',
    dueInMs: null,
    wakeupSent: false,
    attempts,
    output: null,
    error: null,
    cause: null,
    archiveReason: null,
    signalsSeen: 0,
    signalsUnused: [],
    notify: null,
    ...overrides,
  };
}

/** Returns a checkpoint that ends an execution. */
export function ending(
  claimed: ClaimedExecution,
  status: Checkpoint['status'] = 'SUCCEEDED',
  overrides: Partial<Checkpoint> = {},
): Checkpoint {
  const failed = status !== 'SUCCEEDED';
  return checkpoint(claimed, {
    status,
    snapshot: failed ? '{"state":"A"}' : null,
    lease: 'release',
    output: failed ? null : '"done"',
    error: failed ? 'Broken' : null,
    cause: failed ? 'it broke' : null,
    ...overrides,
  });
}

/** Returns a checkpoint that puts an execution to sleep. */
export function sleeping(
  claimed: ClaimedExecution,
  dueInMs: number | null,
  wakeupSent = false,
): Checkpoint {
  return checkpoint(claimed, { lease: 'release', dueInMs, wakeupSent });
}

/** Creates an execution and ends it in `status`; returns its id. */
export async function createEnded(
  store: Store,
  status: Checkpoint['status'] = 'SUCCEEDED',
  overrides: Partial<NewExecution> = {},
  more: Partial<Checkpoint> = {},
): Promise<string> {
  const claimed = await createClaimed(store, overrides);
  await store.commit([ending(claimed, status, more)]);
  return claimed.id;
}

/** Returns a batch to create. */
export function newBatch(overrides: Partial<NewBatch> = {}): NewBatch {
  return {
    id: `batch-${nextId().slice(-6)}`,
    name: 'nightly',
    machineId: 'orders',
    machineVersion: 1,
    source: '{"kind":"list"}',
    options: '{}',
    ...overrides,
  };
}

/** Returns executions of a batch, with names by index. */
export function batchExecutions(batchId: string, from: number, count: number): NewExecution[] {
  return newExecutions(count, (index) => ({
    name: `${batchId}-${from + index}`,
    batchId,
    batchIndex: from + index,
  }));
}

/** Returns a dead letter of a task. */
export function deadLetter(
  taskId: string,
  overrides: Partial<NewArchiveEntry> = {},
): NewArchiveEntry {
  return {
    taskId,
    queue: 'default',
    body: '{}',
    reason: 'attempts exhausted',
    deliveries: 4,
    sentAt: Date.UTC(2025, 11, 31),
    ...overrides,
  };
}

/** Returns the ids of wakeups, sorted: a store may return them in any order. */
export function wokenIds(wakeups: readonly Wakeup[]): string[] {
  return wakeups.map(({ executionId }) => executionId).sort();
}

/** Reads a list page by page, and expects each page but the last to be full. */
export async function readPages<Entry>(
  limit: number,
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Entry>>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Entry> = await read(cursor === null ? { limit } : { limit, cursor });
    if (page.next !== null) expect(page.entries).toHaveLength(limit);
    all.push(...page.entries);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}
