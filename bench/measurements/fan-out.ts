import { join } from 'node:path';
import { createLeaderRoles } from '../../lib/app/compose/create-roles.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { createBenchContext } from '../bench-context.ts';
import type { Database } from '../databases.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import { definition, machineId } from '../three-tasks.ts';
import { writeItems } from '../write-items.ts';

/**
 * Measures fan-out in rows a second: the leader reads a JSON Lines file, records each chunk and the
 * cursor in one transaction, and sends the tasks to the broker. No worker runs.
 */
export const fanOut: Measurement = {
  name: 'fan-out',
  about: 'rows a second from a file to recorded executions and queued tasks',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const rows = bench.quick ? 5_000 : 50_000;
    const path = join(bench.folder, 'fan-out.jsonl');
    await writeItems(path, rows);
    const figures: Figure[] = [];
    for (const database of [pglite, postgres]) {
      figures.push(await measureDatabase(bench, database, path, rows));
    }
    return figures;
  },
};

async function measureDatabase(
  bench: Bench,
  database: Database,
  path: string,
  rows: number,
): Promise<Figure> {
  const rates: number[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    const { store, drop } = await database.openFresh();
    const rate = await fanOutAll(store, path, rows).finally(drop);
    bench.log(`${database.name}: ${Math.round(rate)} rows/s`);
    rates.push(rate);
  }
  return toFigure(rates, {
    label: database.name,
    unit: 'rows/s',
    knobs: { rows, chunkSize: batchDefaults.chunkSize },
  });
}

/** Returns rows a second, from the start of the leader to the last task sent. */
async function fanOutAll(inner: Store, path: string, rows: number): Promise<number> {
  const { store, allSent } = watchSending(inner, rows);
  const context = createBenchContext(store);
  const { leader } = createLeaderRoles(context, { evaluatesTriggers: false });
  const batchId = context.entropy.uuid();
  const source = parseDefinition(JSON.stringify(definition), { source: machineId });
  const machine = await inner.putMachine(machineId, 'STANDARD', JSON.stringify(source));
  await inner.createBatch({
    id: batchId,
    name: machineId,
    machineId,
    machineVersion: machine.version,
    source: JSON.stringify({ kind: 'jsonLines', path }),
    options: JSON.stringify({ maxInFlight: 0 }),
  });

  const startedAt = performance.now();
  leader.start();
  await allSent;
  const seconds = (performance.now() - startedAt) / 1_000;
  await leader.stop();

  const batch = await inner.getBatch(batchId);
  const [queue] = await context.broker.stats(['default']);
  if (batch?.created !== rows || queue?.ready !== rows) {
    throw new Error(
      `of ${rows} rows ${batch?.created} were recorded and ${queue?.ready} were queued`,
    );
  }
  return rows / seconds;
}

/** Wraps a store; `allSent` resolves when the tasks of all rows have been sent. */
function watchSending(inner: Store, rows: number) {
  const { promise: allSent, resolve } = Promise.withResolvers<void>();
  const store: Store = {
    ...inner,
    recordSent: async (batchId, fence, sentIndex) => {
      await inner.recordSent(batchId, fence, sentIndex);
      if (sentIndex >= rows) resolve();
    },
  };
  return { store, allSent };
}
