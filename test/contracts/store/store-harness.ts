/** What a driver brings to the store contract, and the few verbs its clauses are written in. */
import { expect } from 'vitest';
import type { NewArchiveEntry } from '../../../lib/ports/archive-store.ts';
import type { NewBatch } from '../../../lib/ports/batch-store.ts';
import type {
  Checkpoint,
  ClaimedExecution,
  NewExecution,
  Wakeup,
} from '../../../lib/ports/execution-store.ts';
import type { Page } from '../../../lib/ports/page.ts';
import type { Store } from '../../../lib/ports/store.ts';
import type { SimulatedClock } from '../../support/simulated-clock.ts';

/** A driver under contract. */
export interface StoreDriver {
  /** An empty store, which goes by the clock that the driver was made with. */
  fresh(): Promise<Store>;
  close(): Promise<void>;
}

/** Makes a driver whose stores go by `clock`. */
export type MakeStoreDriver = (clock: SimulatedClock) => Promise<StoreDriver>;

/** What a clause works on. */
export interface StoreBench {
  readonly store: Store;
  readonly clock: SimulatedClock;
}

/** Defines one clause of the contract. */
export type Clause = (title: string, body: (bench: StoreBench) => Promise<void>) => void;

/** The lease that clauses claim with, in milliseconds. */
export const leaseMs = 30_000;

let idsGiven = 0;

/** Ids in the order of their creation, as UUIDs of version 7 are. */
export function nextId(): string {
  idsGiven += 1;
  return `01900000-0000-7000-8000-${idsGiven.toString(16).padStart(12, '0')}`;
}

/** An execution to create; a new id, and a name after it. */
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

/** `count` executions to create. */
export function newExecutions(
  count: number,
  overrides: (index: number) => Partial<NewExecution> = () => ({}),
): NewExecution[] {
  return Array.from({ length: count }, (_, index) => newExecution(overrides(index)));
}

/** Creates executions whose tasks count as sent; answers their ids. */
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

/** Claims one execution, which must be had. */
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

/** A checkpoint of an execution that goes on under its lease. */
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

/** A checkpoint that ends an execution. */
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

/** A checkpoint that puts an execution to sleep. */
export function sleeping(
  claimed: ClaimedExecution,
  dueInMs: number | null,
  wakeupSent = false,
): Checkpoint {
  return checkpoint(claimed, { lease: 'release', dueInMs, wakeupSent });
}

/** Creates an execution and ends it in `status`; answers its id. */
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

/** A batch to create. */
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

/** Executions of a batch, with names by index. */
export function batchExecutions(batchId: string, from: number, count: number): NewExecution[] {
  return newExecutions(count, (index) => ({
    name: `${batchId}-${from + index}`,
    batchId,
    batchIndex: from + index,
  }));
}

/** A dead letter of a task. */
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

/** The ids that wakeups are for, sorted: a store may answer in any order. */
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
