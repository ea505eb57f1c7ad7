/**
 * Measures the three steps of `three-tasks.ts` on Millrace and on other systems, one after another
 * in each round: on the same PostgreSQL, on the same Redis, and with an embedded database.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { resolveBenchSettings } from '../bench-context.ts';
import { type BenchRedis, startBenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import { peers as allPeers, type Peer } from '../peers/peer.ts';
import {
  hasGo,
  type PeerResult,
  preparePeers,
  readPeerVersion,
  runPeer,
} from '../peers/peer-programs.ts';
import { startTemporalServer } from '../peers/temporal-server.ts';
import { runProgram } from '../run-program.ts';
import { writeItems } from '../write-items.ts';
import { runOverRedis } from './queue-durable.ts';

/** The measurement; it needs Go for the peers in Go. */
export const peers: Measurement = {
  name: 'peers',
  about:
    'three durable steps on Millrace and on DBOS, Graphile Worker, pg-boss, BullMQ, asynq and Temporal',
  isLong: true,

  async measure(bench) {
    const measured = await selectPeers(bench);
    await preparePeers(measured, bench.log);
    const redis = await startBenchRedis();
    try {
      const rounds: Round[] = [];
      for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
        rounds.push(await runRound(bench, redis, measured));
      }
      return toFigures(rounds, measured, redis);
    } finally {
      await redis.stop();
    }
  },
};

/** The three ways in which Millrace is measured, and what is measured beside each. */
const millraceSides = ['PostgreSQL', 'Redis', 'Temporal server'] as const;

const sideNames = {
  PostgreSQL: 'Millrace on PostgreSQL, one process',
  Redis: 'Millrace on Redis and PostgreSQL, leader and two workers',
  'Temporal server': 'Millrace on PGlite, one process',
} as const;

/** Executions a second and settings, by the name of the system. */
type Round = ReadonlyMap<string, Result>;

interface Result {
  readonly rate: number;
  readonly settings: PeerResult['settings'];
}

/** Peers in Go are left out where Go is not installed. */
async function selectPeers(bench: Bench): Promise<readonly Peer[]> {
  if (await hasGo()) return allPeers;
  const left = allPeers.filter(({ program }) => program.kind === 'go');
  bench.log(`Go is not installed: ${left.map(({ name }) => name).join(' and ')} are left out`);
  return allPeers.filter(({ program }) => program.kind === 'node');
}

async function runRound(bench: Bench, redis: BenchRedis, measured: readonly Peer[]) {
  const round = new Map<string, Result>();
  const add = (name: string, count: number, { seconds, settings }: PeerResult) => {
    round.set(name, { rate: count / seconds, settings: { executions: count, ...settings } });
    bench.log(`${name}: ${Math.round(count / seconds)} executions/s`);
  };
  for (const side of millraceSides) {
    const count = bench.quick ? 1_000 : millraceExecutions;
    add(sideNames[side], count, await runMillrace(bench, redis, side, count));
    for (const peer of measured.filter(({ service }) => service === side)) {
      const executions = bench.quick ? 200 : peer.executions;
      add(peer.name, executions, await runBeside(bench, redis, peer, executions));
    }
  }
  return round;
}

const millraceExecutions = 20_000;

async function runMillrace(
  bench: Bench,
  redis: BenchRedis,
  side: (typeof millraceSides)[number],
  count: number,
): Promise<PeerResult> {
  const path = await writeOrders(bench, count);
  if (side === 'Redis') {
    const { concurrency } = resolveBenchSettings({});
    const load = { path, count, concurrency };
    const { executionsPerSecond } = await runOverRedis(bench, redis, load);
    return { seconds: count / executionsPerSecond, settings: { workers: 2, concurrency } };
  }
  const program = new URL('../peers/millrace.ts', import.meta.url);
  const run = async (store: string, place: string) =>
    (await runProgram(program, [store, place, path])) as PeerResult;
  if (side === 'Temporal server') {
    const folder = mkdtempSync(join(bench.folder, 'pglite-'));
    return run('pglite', folder).finally(() => rmSync(folder, { recursive: true }));
  }
  const database = await bench.databases.createDatabase();
  return run('postgres', database.url).finally(database.drop);
}

/** Runs a peer on an empty service of its kind. */
async function runBeside(
  bench: Bench,
  redis: BenchRedis,
  peer: Peer,
  count: number,
): Promise<PeerResult> {
  const path = await writeOrders(bench, count);
  const run = (url: string) => runPeer(peer, { url, path, concurrency: peer.concurrency });
  switch (peer.service) {
    case 'Redis': {
      await redis.empty();
      return run(redis.server.url);
    }
    case 'Temporal server': {
      const server = await startTemporalServer(bench.folder);
      return run(server.address).finally(server.stop);
    }
    case 'PostgreSQL': {
      const database = await bench.databases.createDatabase();
      return run(database.url).finally(database.drop);
    }
  }
}

async function writeOrders(bench: Bench, count: number): Promise<string> {
  const path = join(bench.folder, 'orders.jsonl');
  await writeItems(path, count);
  return path;
}

/** The rate of each system, and Millrace's over that of each peer in the same rounds. */
function toFigures(
  rounds: readonly Round[],
  measured: readonly Peer[],
  redis: BenchRedis,
): Figure[] {
  const rateOf = (name: string) => rounds.map((round) => round.get(name)?.rate ?? Number.NaN);
  const settingsOf = (name: string) => rounds[0]?.get(name)?.settings ?? {};
  return millraceSides.flatMap((side) => {
    const own = sideNames[side];
    const beside = measured.filter(({ service }) => service === side);
    if (beside.length === 0) return [];
    const facts = side === 'Redis' ? redis.facts : {};
    const unit = 'executions/s';
    const ownKnobs = { ...settingsOf(own), ...facts };
    const rates = beside.map((peer) => {
      const knobs = { version: readPeerVersion(peer), ...settingsOf(peer.name), ...facts };
      return toFigure(rateOf(peer.name), { label: peer.name, unit, knobs });
    });
    const ratios = beside.map(({ name }) => {
      const peerRates = rateOf(name);
      const ratio = rateOf(own).map((rate, index) => rate / (peerRates[index] ?? Number.NaN));
      const label = `${own}, over ${name}`;
      const target = name === 'DBOS' ? { target: { atLeast: 15 } } : {};
      return toFigure(ratio, { label, unit: 'ratio', knobs: ownKnobs, ...target });
    });
    return [toFigure(rateOf(own), { label: own, unit, knobs: ownKnobs }), ...rates, ...ratios];
  });
}
