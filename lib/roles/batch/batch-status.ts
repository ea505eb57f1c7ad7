/**
 * Applies what a batch's counters mean for it: it continues, or is ended or paused in the store.
 */
import { createBatchEndedEvent } from '../../batch/batch-ended-event.ts';
import {
  type BatchOptions,
  findEndOptions,
  type ResultsOption,
} from '../../batch/batch-options.ts';
import { decideEnd } from '../../batch/end-decision.ts';
import { parseFailureMemory } from '../../batch/failure-memory.ts';
import { decideFailure } from '../../batch/failure-policy.ts';
import { limitInFlight } from '../../batch/slow-start.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { BusEvent, EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type {
  BatchRecord,
  BatchStatus,
  BatchStore,
  BatchTransition,
  LeasedBatch,
} from '../../ports/store/batch-store.ts';
import type { MadeChange, OrderStore } from '../../ports/store/order-store.ts';
import type { NewResultFile } from '../../ports/store/results/result-store.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';
import type { EndHooks } from '../hooks/end-hooks.ts';
import { createWebhookDelivery } from '../webhooks/webhook-delivery.ts';
import { traceBatchEnd } from './batch-trace.ts';

/** What {@link setBatchStatus} writes to, and where it reports. */
export interface SetBatchStatusDeps {
  readonly store: Pick<BatchStore, 'getBatch' | 'transitionBatch'> &
    Pick<OrderStore, 'recordChanges'>;
  readonly events: EventBus;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default nothing is measured */
  readonly metrics?: Metrics;
  /** @default nothing is recorded */
  readonly tracer?: Tracer;
  /** Notifies handlers of the app of ends. @default none is notified */
  readonly hooks?: Pick<EndHooks, 'call' | 'send'>;
  /** Returns the file that the results of a batch are written to. @default none is written */
  readonly resultFileOf?: ResultFileOf;
}

/** Returns the file that the results of a batch are written to; throws when it has no name. */
export type ResultFileOf = (
  batch: Pick<BatchRecord, 'id' | 'name' | 'createdAt'>,
  results: ResultsOption,
  at: number | null,
) => NewResultFile;

/** What {@link updateBatchStatus} writes to, and where it reports. */
export interface BatchStatusDeps extends SetBatchStatusDeps {
  readonly store: SetBatchStatusDeps['store'] & Pick<BatchStore, 'saveBatchMemory'>;
}

/** What a batch does next. */
export type BatchCourse =
  /** Nothing: it has ended or is paused. */
  | { readonly kind: 'halt' }
  /** It is to end FAILED as soon as what runs has ended, and nothing new is to begin. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** More of it is recorded, as long as fewer than `inFlightMax` executions are open. */
  | { readonly kind: 'fanOut'; readonly inFlightMax: number };

const halt: BatchCourse = Object.freeze({ kind: 'halt' });

/** Ends or pauses the batch when its counters say so. Returns what it does next. */
export async function updateBatchStatus(
  deps: BatchStatusDeps,
  batch: LeasedBatch,
  options: BatchOptions,
): Promise<BatchCourse> {
  const { store, logger, clock } = deps;
  const before = parseFailureMemory(batch.memory);
  if (before.stopping !== null) return { kind: 'stop', reason: before.stopping };
  const end = decideEnd(batch, batch.sourceDone, options);
  if (end.kind === 'ended') await setBatchStatus(deps, batch, end.status, end.reason);
  if (end.kind === 'ended' || batch.status === 'PAUSED') return halt;
  const decision = decideFailure(before, batch, options, clock.now());
  const { memory } = decision;
  if (memory !== before) {
    await store.saveBatchMemory(batch.id, batch.fence, JSON.stringify(memory));
  }
  switch (decision.kind) {
    case 'fail':
      await recordChange(deps, batch, 'stopBatch', decision.reason);
      return { kind: 'stop', reason: decision.reason };
    case 'pause':
      await setBatchStatus(deps, batch, 'PAUSED', decision.reason);
      return halt;
    case 'warn':
    case 'continue': {
      if (decision.kind === 'warn') {
        const { reason } = decision;
        logger.warn('batch failure rate reached the soft threshold', { batchId: batch.id, reason });
      }
      return { kind: 'fanOut', inFlightMax: limitInFlight(memory, batch, options, clock.now()) };
    }
  }
}

/**
 * Ends or pauses a batch and logs it. What is paused by its leader is held back, because it may
 * take hours until someone looks at it; the pause is in the log of changes. An end is also
 * published as an event, and queued for the batch's webhook with the change.
 */
export async function setBatchStatus(
  deps: SetBatchStatusDeps,
  batch: LeasedBatch,
  to: BatchStatus,
  reason: string | null,
): Promise<void> {
  const { store, events, clock, logger } = deps;
  const batchId = batch.id;
  const event = createBatchEndedEvent(batch, to, reason, clock.now());
  const endWork = event === null ? {} : await createEndWork(deps, batchId, event);
  const hold = to === 'PAUSED';
  const { fence, status } = batch;
  const change = { batchId, fence, from: [status], to, reason, hold, ...endWork };
  if (!(await store.transitionBatch(change))) return;
  if (endWork.hooks !== undefined) await deps.hooks?.send(endWork.hooks);
  logger.info(`batch ${to}`, { batchId, reason });
  if (hold) await recordChange(deps, batch, 'pauseBatch', reason);
  if (isFinal(to)) reportEnd(deps, batch, to);
  if (event !== null) await events.publish([event]);
}

/** Leaders do not keep the options of a batch that they could not open, so they are read here. */
async function createEndWork(
  deps: SetBatchStatusDeps,
  batchId: string,
  event: BusEvent,
): Promise<Pick<BatchTransition, 'deliveries' | 'hooks' | 'resultFile'>> {
  const { store, entropy, hooks, resultFileOf } = deps;
  const batch = await store.getBatch(batchId);
  if (batch === null) return {};
  const { onEnd, results, at } = findEndOptions(JSON.parse(batch.options));
  const resultFile = results === null ? null : (resultFileOf?.(batch, results, at) ?? null);
  if (onEnd === null) return { resultFile };
  if ('handler' in onEnd) {
    return { resultFile, ...(hooks && { hooks: [await hooks.call(event, onEnd)] }) };
  }
  return {
    resultFile,
    deliveries: [createWebhookDelivery(event, { id: entropy.uuid(), ...onEnd })],
  };
}

function isFinal(status: BatchStatus): boolean {
  return status !== 'RUNNING' && status !== 'PAUSED';
}

function reportEnd(
  { metrics, tracer = noTracer, clock }: SetBatchStatusDeps,
  batch: LeasedBatch,
  status: BatchStatus,
): void {
  metrics?.count('batchesEnded', 1, { status });
  traceBatchEnd(tracer, batch, status, clock.now());
}

/** Records what a leader does to a batch of its own accord. Never throws: it is done already. */
async function recordChange(
  { store, entropy, logger }: SetBatchStatusDeps,
  { id: batchId }: LeasedBatch,
  action: string,
  reason: string | null,
): Promise<void> {
  const change: MadeChange = {
    id: entropy.uuid(),
    by: 'leader',
    via: 'program',
    requestId: null,
    action,
    object: `batch:${batchId}`,
    over: '{}',
    reason,
    outcome: null,
    done: 1,
    refused: 0,
  };
  try {
    await store.recordChanges([change]);
  } catch (error) {
    const fields = { batchId, action, error: messageOf(error) };
    logger.error('change not recorded: the log of changes lacks it', fields);
  }
}
