import { createWorkerRoles } from '../../lib/app/compose/create-roles.ts';
import { isEnd } from '../../lib/engine/status.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { createBenchContext } from '../bench-context.ts';
import type { Database } from '../databases.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';
import { prepareBatch } from '../prepared-batch.ts';

/**
 * Measures one execution at a time on an idle system, from its task to its end, beside the time of
 * its calls of the database. Each handler waits for the checkpoint before it, so these add up.
 */
export const stepLatency: Measurement = {
  name: 'step-latency',
  about: 'one 3-task execution on an idle system, beside the commits that it consists of',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    return [...(await measureDatabase(bench, pglite)), ...(await measureDatabase(bench, postgres))];
  },
};

/** One execution: all of it, and the calls of the database in it, in milliseconds. */
interface Latency {
  readonly totalMs: number;
  readonly commitsMs: number;
  readonly commits: number;
}

async function measureDatabase(bench: Bench, database: Database): Promise<Figure[]> {
  const { store, drop } = await database.openFresh();
  const executions = bench.quick ? 10 : 200;
  const latencies = await runOneByOne(store, executions).finally(drop);
  const totals = latencies.map(({ totalMs }) => totalMs);
  const commits = latencies.map(({ commitsMs }) => commitsMs);
  const knobs = { executions, commits: latencies[0]?.commits ?? 0 };
  const totalMs = median(totals);
  const commitsMs = median(commits);
  bench.log(`${database.name}: ${totalMs.toFixed(2)} ms, of which commits ${commitsMs.toFixed(2)}`);
  return [
    toFigure([totalMs], { label: `${database.name}: one execution`, unit: 'ms at p50', knobs }),
    toFigure([totalMs / commitsMs], {
      label: `${database.name}: of its commits`,
      unit: 'ratio',
      knobs,
      beside: { commitsMs },
      target: { atMost: 3 },
    }),
  ];
}

/** Runs executions one after the other with one worker; the first tenth is not counted. */
async function runOneByOne(inner: Store, executions: number): Promise<Latency[]> {
  let commitsMs = 0;
  let commits = 0;
  let ended = Promise.withResolvers<void>();
  const timed = async <Result>(call: Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    const result = await call;
    commitsMs += performance.now() - startedAt;
    commits += 1;
    return result;
  };
  const store: Store = {
    ...inner,
    claim: (...given) => timed(inner.claim(...given)),
    commit: async (group, sums) => {
      const written = await timed(inner.commit(group, sums));
      if (group.some(({ status }) => isEnd(status))) ended.resolve();
      return written;
    },
  };
  const warmUp = Math.ceil(executions / 10);
  const batch = await prepareBatch(inner, executions + warmUp);
  const context = createBenchContext(store);
  const dispatcher = new Dispatcher(context);
  const { worker } = createWorkerRoles(context);
  worker.start();
  const latencies: Latency[] = [];
  try {
    for (const executionId of batch.executionIds) {
      [commitsMs, commits, ended] = [0, 0, Promise.withResolvers<void>()];
      const startedAt = performance.now();
      await dispatcher.dispatch([{ executionId, queue: 'default', batchId: batch.id }]);
      await ended.promise;
      latencies.push({ totalMs: performance.now() - startedAt, commitsMs, commits });
    }
  } finally {
    await worker.stop();
  }
  return latencies.slice(warmUp);
}
