import type {
  LimitNeed,
  LimitTerms,
  PermitHolder,
  PermitRelease,
} from '../../../ports/store/limits/limit-store.ts';
import { TurnList } from './turn-list.ts';

/** The limit and the key of a queue. */
export type PermitQueueName = PermitRelease['needs'][number];

/** A permit in use. */
export interface Permit extends PermitHolder {
  /** When it was taken, in milliseconds since 1970. */
  readonly since: number;
}

/** One key of one limit: the permits in use, and who waits for one. */
export interface PermitQueue extends PermitQueueName {
  /** By holder. */
  readonly permits: Map<string, Permit>;
  readonly waits: TurnList;
  /** The time up to which a rate is used up, in milliseconds since 1970. */
  usedUpTo: number;
  /** When a rate that is waited for has its next permit; null when none waits. */
  readyAt: number | null;
}

/** Tolerance for sums of fractions, in milliseconds. */
const roundingMs = 1e-6;

/** Creates an unused queue. */
export function createQueue({ rule, key }: PermitQueueName): PermitQueue {
  return { rule, key, permits: new Map(), waits: new TurnList(), usedUpTo: 0, readyAt: null };
}

/** Whether a queue has no permit to hand out at `now`. */
export function isFull(queue: PermitQueue, need: LimitNeed, now: number): boolean {
  if (need.concurrency !== null) return queue.permits.size >= need.concurrency;
  return (findNextAt(queue, need, now) ?? now) > now + roundingMs;
}

/** Uses up one permit of a rate. */
export function useRate(queue: PermitQueue, need: LimitNeed, now: number): void {
  if (need.intervalMs === null) return;
  queue.usedUpTo = findUsedFrom(queue, need, now) + need.intervalMs;
}

/**
 * Returns when a rate has its next permit, now or before when it has one; null for a concurrency.
 */
export function findNextAt(queue: PermitQueue, terms: LimitTerms, now: number): number | null {
  if (terms.intervalMs === null) return null;
  return findUsedFrom(queue, terms, now) - (terms.burst - 1) * terms.intervalMs;
}

/** Returns from when the next permit of a rate is used, what has been saved up not counted. */
function findUsedFrom(queue: PermitQueue, { intervalMs, burst }: LimitTerms, now: number): number {
  // A clock that was set back must not stop the rate for as long.
  const latest = now + burst * (intervalMs ?? 0);
  return Math.max(now, Math.min(queue.usedUpTo, latest));
}

/** Returns the map key of a holder, the same in all scopes. */
export function toHolderKey({
  executionId,
  command,
}: Pick<PermitHolder, 'executionId' | 'command'>): string {
  return `${executionId} ${command}`;
}

/** Returns the map key of a queue within its scope. */
export function toQueueKey({ rule, key }: PermitQueueName): string {
  return JSON.stringify([rule, key]);
}
