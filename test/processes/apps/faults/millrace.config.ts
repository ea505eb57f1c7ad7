/**
 * An app whose handlers misbehave as their item says. ITEMS is the JSON of the items, LEASE_SECONDS
 * and CONCURRENCY configure a run, and FATAL_FILE names a file whose existence makes the process
 * throw outside of every handler.
 */
import { existsSync } from 'node:fs';
import { defineConfig, type HandlerContext } from 'millrace';
import { systemClock } from '../../../../lib/drivers/system/system-clock.ts';
import { pause } from '../../../../lib/retry/pause.ts';

const {
  ITEMS: items = '[]',
  LEASE_SECONDS: leaseSeconds = '30',
  CONCURRENCY: concurrency = '60',
  FATAL_FILE: fatalFile = '',
} = process.env;

interface Item {
  readonly kind: 'plain' | 'poison' | 'stray' | 'late' | 'block' | 'odd';
  /** How long the work takes, in milliseconds. */
  readonly ms: number;
}

async function work({ kind, ms }: Item, { signal }: HandlerContext): Promise<string> {
  process.stderr.write(`working ${kind}\n`);
  if (kind === 'poison') systemClock.after(ms, () => process.exit(3));
  if (kind === 'stray') void Promise.reject(new Error('no one awaits this'));
  if (kind === 'late') systemClock.after(50, () => failLate());
  if (kind === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  if (kind === 'odd') throw unreadable();
  if (kind === 'block') return kind;
  await pause(systemClock, kind === 'plain' ? ms : 60_000, signal);
  return kind;
}

function failLate(): void {
  throw new RangeError('too late');
}

/** An error whose own code throws when it is read. */
function unreadable(): Error {
  return Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('this cannot be read');
    },
  });
}

function watchFatalFile(): void {
  systemClock.after(100, () => {
    if (existsSync(fatalFile)) throw new Error('from a library');
    watchFatalFile();
  });
}

if (fatalFile !== '') watchFatalFile();

export default defineConfig({
  machines: { faults: { definition: './faults.asl.json' } },
  handlers: { work },
  batches: {
    faults: {
      machine: 'faults',
      source: { kind: 'items', items: JSON.parse(items) },
      options: { retriesMax: 0, toleratedFailureCount: 100, failurePolicy: null },
    },
  },
  leaseSeconds: Number(leaseSeconds),
  graceSeconds: 3,
  concurrency: Number(concurrency),
});
