/**
 * A small app for fault tests: it checks numbers, holds them at a gate and adds them up. ITEMS,
 * IN_FLIGHT, LEASE_SECONDS, GRACE_SECONDS and CONCURRENCY configure a run; DELAY_MS makes each
 * addition take that long, so that a batch lasts without many items. LABEL identifies the process
 * in results. DOWN makes every check fail, with retries, as long as the file of that path is
 * missing; SEVERE is the severe threshold of the batch, RETRIES_MAX the retries of its executions,
 * and STATEMENT_SECONDS the deadline of statements. See gate.ts for GATE and effects.ts for
 * EFFECTS.
 */
import { existsSync } from 'node:fs';
import { type BatchMember, defineConfig, type HandlerContext } from 'millrace';
import { systemClock } from '../../../../lib/drivers/system/system-clock.ts';
import { pause } from '../../../../lib/retry/pause.ts';
import { recordEffect } from './effects.ts';
import { isBad, isBusyAtFirst, toPriority } from './expected-sums.ts';
import { passGate } from './gate.ts';

const {
  ITEMS: items = '100',
  IN_FLIGHT: maxInFlight = '10000',
  LEASE_SECONDS: leaseSeconds = '30',
  GRACE_SECONDS: graceSeconds = '10',
  CONCURRENCY: concurrency = '50',
  DELAY_MS: delayMs = '0',
  LABEL: label = '',
  DOWN: down = '',
  SEVERE: severe = '',
  RETRIES_MAX: retriesMax = '3',
  STATEMENT_SECONDS: statementSeconds = '',
} = process.env;

interface Item {
  readonly number: number;
}

function check({ number }: Item, { idempotencyKey }: HandlerContext): void {
  recordEffect(idempotencyKey);
  if (down !== '' && !existsSync(down)) throw createError('Down', 'there is no file at DOWN');
  if (isBad(number)) throw createError('BadNumber', `${number} ends in 07`);
}

async function gate(_: Item, { idempotencyKey, signal }: HandlerContext): Promise<void> {
  recordEffect(idempotencyKey);
  await passGate(signal);
}

async function add({ number }: Item, context: HandlerContext): Promise<object> {
  const { retryCount, idempotencyKey, signal } = context;
  recordEffect(idempotencyKey);
  if (retryCount === 0 && isBusyAtFirst(number)) throw createError('Busy', 'once');
  if (delayMs !== '0') await pause(systemClock, Number(delayMs), signal);
  return { number, by: label };
}

function createError(name: string, message: string): Error {
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
  transformers: { toPriority: (_, index) => toPriority(index) },
  batches: {
    sums: {
      machine: 'sums',
      source: {
        kind: 'items',
        items: Array.from({ length: Number(items) }, (_, number) => ({ number })),
      },
      item: { priority: 'toPriority' },
      options: {
        chunkSize: 100,
        maxInFlight: Number(maxInFlight),
        retriesMax: Number(retriesMax),
        toleratedFailurePercentage: 100,
        ...(severe !== '' && { failurePolicy: { severeThreshold: Number(severe) } }),
      },
      summarize,
    },
  },
  leaseSeconds: Number(leaseSeconds),
  ...(statementSeconds !== '' && { postgres: { statementSeconds: Number(statementSeconds) } }),
  graceSeconds: Number(graceSeconds),
  concurrency: Number(concurrency),
});
