/** Step Functions' API from two processes, which are killed like the worker while clients call. */
import { describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { type CliProcess, startCli, sumsConfig } from './cli-process.ts';
import { noCalls, runClient } from './endpoint-clients.ts';
import { Fleet } from './fleet.ts';
import { createPostgresDatabase } from './process-database.ts';

const clients = 200;
const killsWanted = 6;
const variables = { LOG_LEVEL: 'warn', LEASE_SECONDS: '2', CONCURRENCY: '100' };

/** Starts a process of the app; resolves when it runs. */
type Launch = () => Promise<CliProcess>;

/** Kills one process after another, at moments that differ, and starts each again. */
async function killInTurn(launches: readonly Launch[], running: CliProcess[]): Promise<void> {
  for (let kills = 0; kills < killsWanted; kills += 1) {
    await pause(systemClock, 100 + Math.random() * 600);
    const index = kills % launches.length;
    running[index]?.kill('SIGKILL');
    await running[index]?.ended;
    const next = await launches[index]?.();
    if (next !== undefined) running[index] = next;
  }
}

async function setUp(context: TestContext) {
  const database = await createPostgresDatabase(context);
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  const options = ['--config', sumsConfig, ...database.options, '--redis', redis.url];
  const { query, findFaults } = database;
  const fleet = new Fleet({ context, options, query, variables });
  const ports = [await freePort(), await freePort()];
  const serve = async (port: number) => {
    const args = ['step-functions', '--port', String(port), ...options];
    const started = startCli(context, args, variables);
    await started.waitForStderr(/^press Ctrl-C/);
    return started;
  };
  const launches: Launch[] = [
    ...ports.map((port) => () => serve(port)),
    () => fleet.start('worker'),
  ];
  return { fleet, query, findFaults, ports, launches };
}

interface FoundExecution {
  readonly name: string;
  readonly outcome: string;
}

const found = `SELECT name, concat_ws(' ', status, 'redrives', coalesce(redrives, 0), stop_error,
  stop_cause) AS outcome FROM millrace.executions ORDER BY name COLLATE "C"`;
const unfinished = `SELECT (count(*) FILTER (WHERE ended_at IS NULL) = 0)::int AS done
  FROM millrace.executions`;

describe.skipIf(!hasPostgres || noRedis !== null)('endpoints that are killed', () => {
  it('two endpoints that are killed keep what they answered to 200 clients, and do nothing twice', {
    timeout: 240_000,
  }, async (context) => {
    const { fleet, query, findFaults, ports, launches } = await setUp(context);
    const [running] = await Promise.all([
      Promise.all(launches.map((launch) => launch())),
      fleet.start('leader'),
    ]);
    const answered = noCalls();
    const over = new AbortController();
    const calling = Promise.all(
      Array.from({ length: clients }, (_, client) =>
        runClient(client, ports, answered, over.signal),
      ),
    );

    await killInTurn(launches, running);
    over.abort();
    await calling;
    await fleet.waitForCount(unfinished, 1);

    const { succeeding, stopped, redriven, faults, unanswered } = answered;
    expect(faults).toEqual([]);
    expect(unanswered).toBeGreaterThan(0);
    expect(Math.min(succeeding.size, stopped.size, redriven.size)).toBeGreaterThan(50);
    const expected = new Map([
      ...[...succeeding].map((name) => [name, 'SUCCEEDED redrives 0'] as const),
      ...[...stopped].map((name) => [name, `ABORTED redrives 0 Stopped ${name}`] as const),
      ...[...redriven].map((name) => [name, 'FAILED redrives 1'] as const),
    ]);
    const rows = await query<FoundExecution>(found);
    expect(new Map(rows.map(({ name, outcome }) => [name, outcome]))).toEqual(expected);
    expect(rows).toHaveLength(expected.size);
    const [machines] = await query(
      "SELECT count(*)::int AS created FROM millrace.machines WHERE id LIKE 'machine-%'",
    );
    expect(machines).toEqual({ created: 20 });
    expect(await findFaults()).toEqual([]);
  });
});
