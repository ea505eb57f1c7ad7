/**
 * An app whose executions are limited. Each handler writes when it begins and ends to the file at
 * JOURNAL, which all processes append to: `hold + id time`, `hold - id time`. HELD and PACED are
 * the numbers of executions of the batches.
 */
import { appendFileSync } from 'node:fs';
import { defineConfig, type HandlerContext } from 'millrace';
import { systemClock } from '../../../../lib/drivers/system/system-clock.ts';
import { pause } from '../../../../lib/retry/pause.ts';

const { JOURNAL: journal = '', HELD: held = '100', PACED: paced = '100' } = process.env;

/** How long a call of `hold` takes, in milliseconds. */
const holdMs = 1_000;

function note(mark: '+' | '-', name: string, { idempotencyKey }: HandlerContext): void {
  const id = idempotencyKey.split(':')[0];
  // One short write to the end of a file: processes do not mix theirs.
  appendFileSync(journal, `${name} ${mark} ${id} ${Date.now()}\n`);
}

async function hold(_: object, context: HandlerContext): Promise<object> {
  note('+', 'hold', context);
  await pause(systemClock, holdMs);
  note('-', 'hold', context);
  return {};
}

function tick(_: object, context: HandlerContext): object {
  note('+', 'tick', context);
  return {};
}

const oneTask = (handler: string) => ({
  StartAt: 'Call',
  States: { Call: { Type: 'Task', Resource: handler, End: true } },
});

const batch = <Machine extends string>(machine: Machine, items: string) => ({
  machine,
  source: {
    kind: 'items' as const,
    items: Array.from({ length: Number(items) }, (_, index) => ({ index })),
  },
  options: { chunkSize: 500, retriesMax: 20 },
});

export default defineConfig({
  machines: {
    held: { definition: oneTask('hold') },
    paced: { definition: oneTask('tick'), limits: { rate: '20/s' } },
  },
  handlers: { hold, tick },
  limits: { hold: { concurrency: 6 } },
  batches: { held: batch('held', held), paced: batch('paced', paced) },
  leaseSeconds: 2,
  graceSeconds: 2,
  concurrency: 20,
});
