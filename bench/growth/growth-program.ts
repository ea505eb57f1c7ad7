/**
 * A program that runs one batch in one process with every role, in an app of a given shape:
 * `node bench/growth/growth-program.ts <JSON of GrowthRun>`. Prints a {@link GrowthResult}.
 */
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { checkAllSucceeded } from '../prepared-batch.ts';
import { handlers } from '../three-tasks.ts';

/** The shape of an app and the batch that it runs. */
export interface GrowthRun {
  readonly postgresUrl: string;
  /** A JSON Lines file with the items. */
  readonly path: string;
  /** Task states of the machine, one after another. */
  readonly states: number;
  readonly machines: number;
  readonly queues: number;
  /** Executions that sleep in the same database meanwhile. */
  readonly sleeping: number;
}

/** What one run took. */
export interface GrowthResult {
  /** From the start of the process's app to the end of the batch. */
  readonly seconds: number;
}

/** How often the state of a batch is read, in milliseconds. */
const pollIntervalMs = 25;

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}'))));
}

async function run(wanted: GrowthRun): Promise<GrowthResult> {
  const { postgresUrl, sleeping } = wanted;
  const flags = { store: 'postgres', broker: 'memory', postgresUrl } as const;
  if (sleeping > 0) await addSleepers(flags, sleeping);
  const startedAt = performance.now();
  const app = await openMillrace({ config: createConfig(wanted), flags });
  try {
    await app.start();
    const { id } = await app.batches.start('items');
    let batch = await app.batches.get(id);
    while (batch.status === 'RUNNING') {
      await pause(systemClock, pollIntervalMs);
      batch = await app.batches.get(id);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await checkAllSucceeded(app.drivers.store, id, batch.created);
    return { seconds };
  } finally {
    await app.close();
  }
}

function createConfig({ path, states, machines, queues }: GrowthRun): MillraceConfig {
  const definition = createChain(states);
  const names = Array.from({ length: machines }, (_, index) => `machine-${index}`);
  return {
    handlers,
    machines: Object.fromEntries(names.map((name) => [name, { definition }])),
    queues: {
      default: 1,
      ...Object.fromEntries(Array.from({ length: queues - 1 }, (_, n) => [`queue-${n}`, 1])),
    },
    batches: { items: { machine: 'machine-0', source: { kind: 'jsonLines', path } } },
  };
}

/** Creates a machine of `states` Tasks in a row. */
function createChain(states: number) {
  const nameOf = (index: number) => `Step${index}`;
  const entries = Array.from({ length: states }, (_, index) => {
    const next = index + 1 < states ? { Next: nameOf(index + 1) } : { End: true };
    return [nameOf(index), { Type: 'Task', Resource: 'work', ...next }] as const;
  });
  return { StartAt: nameOf(0), States: Object.fromEntries(entries) };
}

/** Starts executions that wait for a day, and resolves when all of them do. */
async function addSleepers(flags: object, count: number): Promise<void> {
  const definition = {
    StartAt: 'Sleep',
    States: { Sleep: { Type: 'Wait', Seconds: 86_400, End: true } },
  };
  const app = await openMillrace({ config: { machines: { sleeper: { definition } } }, flags });
  try {
    await app.start();
    const items = Array.from({ length: count }, (_, index) => ({ index }));
    const { id } = await app.queueClient().enqueueBatch('sleeper', {
      source: { kind: 'items', items },
      options: { maxInFlight: count },
    });
    for (;;) {
      const { open } = await app.drivers.store.getBatchStats(id);
      if (open.sleeping === count) return;
      await pause(systemClock, pollIntervalMs);
    }
  } finally {
    await app.close();
  }
}
