/**
 * A small app that a test can hurt: numbers are checked, held at a gate and added up. ITEMS,
 * IN_FLIGHT, LEASE_SECONDS, GRACE_SECONDS and CONCURRENCY shape a run, LABEL signs what a process
 * has done; for GATE see gate.ts, for EFFECTS effects.ts.
 */
import { type BatchMember, defineConfig, type HandlerContext } from '../../../../lib/index.ts';
import { leaveEffect } from './effects.ts';
import { isBad, isBusyAtFirst, priorityOf } from './expected-sums.ts';
import { passGate } from './gate.ts';

const {
  ITEMS: items = '100',
  IN_FLIGHT: maxInFlight = '10000',
  LEASE_SECONDS: leaseSeconds = '30',
  GRACE_SECONDS: graceSeconds = '10',
  CONCURRENCY: concurrency = '50',
  LABEL: label = '',
} = process.env;

interface Item {
  readonly number: number;
}

function check({ number }: Item, { idempotencyKey }: HandlerContext): void {
  leaveEffect(idempotencyKey);
  if (isBad(number)) throw named('BadNumber', `${number} ends in 07`);
}

async function gate(_: Item, { idempotencyKey, signal }: HandlerContext): Promise<void> {
  leaveEffect(idempotencyKey);
  await passGate(signal);
}

function add({ number }: Item, { retryCount, idempotencyKey }: HandlerContext): object {
  leaveEffect(idempotencyKey);
  if (retryCount === 0 && isBusyAtFirst(number)) throw named('Busy', 'once');
  return { number, by: label };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Figures that are wrong as soon as one execution is lost or counted twice. */
async function summarize(executions: AsyncIterable<BatchMember>): Promise<object> {
  let sum = 0;
  const byLabel: Record<string, number> = {};
  for await (const { output } of executions) {
    if (output === undefined) continue;
    const { number, by } = output as { number: number; by: string };
    sum += number;
    byLabel[by] = (byLabel[by] ?? 0) + 1;
  }
  return { sum, byLabel };
}

export default defineConfig({
  machines: { sums: { definition: './sums.asl.json', nonRetryableErrors: ['BadNumber'] } },
  handlers: { check, gate, add },
  transformers: { toPriority: (_, index) => priorityOf(index) },
  batches: {
    sums: {
      machine: 'sums',
      source: {
        kind: 'items',
        items: Array.from({ length: Number(items) }, (_, number) => ({ number })),
      },
      item: { priority: 'toPriority' },
      options: { chunkSize: 250, maxInFlight: Number(maxInFlight) },
      summarize,
    },
  },
  leaseSeconds: Number(leaseSeconds),
  graceSeconds: Number(graceSeconds),
  concurrency: Number(concurrency),
});
