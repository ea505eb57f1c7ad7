/**
 * Applies what a batch's counters mean for it: it continues, or is ended or paused in the store.
 */
import { createBatchEndedEvent } from '../../batch/batch-ended-event.ts';
import { type BatchOptions, findEndWebhook } from '../../batch/batch-options.ts';
import { decideEnd } from '../../batch/end-decision.ts';
import {
  decideFailure,
  type FailureMemory,
  initialFailureMemory,
} from '../../batch/failure-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { BusEvent, EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { BatchStatus, BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';
import type { NewDelivery } from '../../ports/store/webhook-store.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';
import { createWebhookDelivery } from '../webhooks/webhook-delivery.ts';
import { traceBatchEnd } from './batch-trace.ts';

/** What {@link setBatchStatus} writes to, and where it reports. */
export interface SetBatchStatusDeps {
  readonly store: Pick<BatchStore, 'getBatch' | 'transitionBatch'>;
  readonly events: EventBus;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default nothing is measured */
  readonly metrics?: Metrics;
  /** @default nothing is recorded */
  readonly tracer?: Tracer;
}

/** What {@link updateBatchStatus} writes to, and where it reports. */
export interface BatchStatusDeps extends SetBatchStatusDeps {
  readonly store: Pick<BatchStore, 'getBatch' | 'saveBatchMemory' | 'transitionBatch'>;
}

/** Ends or pauses the batch when its counters say so. Returns whether it continues. */
export async function updateBatchStatus(
  deps: BatchStatusDeps,
  batch: LeasedBatch,
  options: BatchOptions,
): Promise<boolean> {
  const end = decideEnd(batch, batch.sourceDone, options);
  if (end.kind === 'ended') {
    await setBatchStatus(deps, batch, end.status, end.reason);
    return false;
  }
  const before = batch.memory === null ? initialFailureMemory : parseMemory(batch.memory);
  const decision = decideFailure(before, batch, batch.sourceDone, options);
  if (decision.memory !== before) {
    await deps.store.saveBatchMemory(batch.id, batch.fence, JSON.stringify(decision.memory));
  }
  switch (decision.kind) {
    case 'continue':
      return true;
    case 'warn':
      deps.logger.warn('batch failure rate reached the soft threshold', {
        batchId: batch.id,
        reason: decision.reason,
      });
      return true;
    case 'pause':
      await setBatchStatus(deps, batch, 'PAUSED', decision.reason);
      return false;
    case 'fail':
      await setBatchStatus(deps, batch, 'FAILED', decision.reason);
      return false;
  }
}

/**
 * Ends or pauses a RUNNING batch and logs it; an end is also published as an event, and queued for
 * the batch's webhook with the change.
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
  const deliveries = event === null ? [] : await createDeliveries(deps, batchId, event);
  const change = { batchId, from: ['RUNNING'], to, reason, deliveries } as const;
  if (!(await store.transitionBatch(change))) return;
  logger.info(`batch ${to}`, { batchId, reason });
  if (isFinal(to)) reportEnd(deps, batch, to);
  if (event !== null) await events.publish([event]);
}

/** Leaders do not keep the options of a batch that they could not open, so they are read here. */
async function createDeliveries(
  { store, entropy }: SetBatchStatusDeps,
  batchId: string,
  event: BusEvent,
): Promise<NewDelivery[]> {
  const batch = await store.getBatch(batchId);
  const onEnd = batch === null ? null : findEndWebhook(JSON.parse(batch.options));
  if (onEnd === null) return [];
  return [createWebhookDelivery(event, { id: entropy.uuid(), ...onEnd })];
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

function parseMemory(text: string): FailureMemory {
  return JSON.parse(text) as FailureMemory;
}
