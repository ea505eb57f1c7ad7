/** `millrace doctor`: each check reports its own problem, and the remedy. */

import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { Finding } from '../../lib/operations/diagnosis/finding.ts';
import { noRedis, type RedisServer, startRedis } from '../support/redis-server.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';
import { type CallOptions, call, folderWith, jsonOf, removeFolder } from './cli-call.ts';
import { ordersApp } from './orders-app.ts';

interface Diagnosis {
  readonly broken: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
}

const password = 'hunter2-s3cret';

async function diagnosis(words: readonly string[], options: CallOptions = {}) {
  const result = await call(['doctor', '--json', ...words], options);
  const { findings, ...totals } = jsonOf(result) as Diagnosis;
  const of = (check: string) => findings.filter((finding) => finding.check === check);
  return { ...result, ...totals, findings, of };
}

/** With it, only the program itself is checked. */
const inMemory = ['--store', 'memory'];

describe('doctor', () => {
  it('doctor ends with 1 when there is something to look at, such as a missing configuration', async () => {
    const { status, of } = await diagnosis(inMemory);

    expect(status).toBe(1);
    expect(of('node')).toMatchObject([{ verdict: 'ok', fix: null }]);
    expect(of('configuration')).toMatchObject([
      { verdict: 'warning', found: expect.stringMatching(/there is no millrace.config.ts in/) },
    ]);
    expect(of('store')).toMatchObject([{ verdict: 'ok', found: 'memory of this process' }]);
  });

  it('doctor prints a line for each check and how many are broken, and ends with 2', async () => {
    const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: 7 }' });

    const { status, stdout } = await call(['doctor', ...inMemory], { folder });

    expect(status).toBe(2);
    expect(stdout).toMatch(/^✓ node {21}Node \d+/);
    expect(stdout).toMatch(
      /^✗ configuration {12}.*is not a valid configuration:\n {27} {2}machines: /m,
    );
    expect(stdout).toMatch(/\n1 broken, 0 warnings\n$/);
  });

  it('doctor continues after a configuration that cannot be loaded, and prints the reason', async () => {
    const folder = folderWith({ 'millrace.config.mjs': 'import "./not-there.mjs";' });

    const { of, broken } = await diagnosis(inMemory, { folder });

    expect(broken).toBe(1);
    expect(of('configuration')).toMatchObject([
      { verdict: 'broken', found: expect.stringContaining('not-there.mjs') },
    ]);
    expect(of('store')).toMatchObject([{ verdict: 'ok' }]);
  });

  it('doctor reports an invalid machine, and one whose handler is missing', async () => {
    const task = (Resource: string) => ({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource, End: true } },
    });
    const machines = {
      good: { definition: task('known') },
      ghost: { definition: task('unknown') },
      bad: { definition: { StartAt: 'A' } },
    };
    const config = `export default { machines: ${JSON.stringify(machines)}, handlers: { known() {} } };`;

    const { of, broken } = await diagnosis(inMemory, {
      folder: folderWith({ 'millrace.config.mjs': config }),
    });

    expect(broken).toBe(2);
    expect(of('machine good')).toMatchObject([{ verdict: 'ok' }]);
    expect(of('machine ghost')[0]?.found).toMatch(/'unknown' at \/States\/A\/Resource/);
    expect(of('machine bad')[0]?.found).toMatch(/InvalidDefinition: /);
  });

  it('doctor reports a database and a Redis that do not answer, without their passwords', async () => {
    const postgres = ['--postgres', `postgres://ada:${password}@127.0.0.1:1/orders`];
    const redis = ['--redis', `redis://:${password}@127.0.0.1:1`];

    const { status, of, stdout, stderr } = await diagnosis([...postgres, ...redis]);

    expect(status).toBe(2);
    expect(of('store')).toMatchObject([
      { verdict: 'broken', found: expect.stringMatching(/did not answer at 127.0.0.1:1.*Check/) },
    ]);
    expect(of('broker')).toMatchObject([
      { verdict: 'broken', found: expect.stringMatching(/127.0.0.1:1.*did not answer/) },
    ]);
    expect(stdout + stderr).not.toContain(password);
  });

  it('doctor warns of an embedded database that other users may enter', async () => {
    const data = join(folderWith({ 'data/x': '' }), '.');
    chmodSync(data, 0o755);
    chmodSync(join(data, 'data'), 0o755);

    const { of } = await diagnosis(['--data', data]);

    expect(of('access')).toMatchObject([
      { verdict: 'warning', fix: expect.stringContaining(`chmod 700 ${data}`) },
    ]);
  });

  it('doctor reports servers that accept connections and say nothing, within seconds', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const place = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

    const { status, of } = await diagnosis([
      '--postgres',
      `postgres://ada@${place}/orders`,
      '--redis',
      `redis://${place}`,
    ]);

    expect(status).toBe(2);
    expect(of('store')).toMatchObject([{ verdict: 'broken' }]);
    expect(of('broker')).toMatchObject([{ verdict: 'broken' }]);
    server.close();
  });

  it('doctor reports an invalid setting, and stops', async () => {
    const { status, findings } = await diagnosis(['--store', 'oracle']);

    expect(status).toBe(2);
    expect(findings.at(-1)).toMatchObject({
      check: 'settings',
      verdict: 'broken',
      found: expect.stringMatching(/one of pglite, postgres, rds-data, memory; found 'oracle'/),
    });
  });

  it('doctor only warns of an embedded database that another process has open', async () => {
    const data = folderWith({ lock: String(process.ppid) });

    const { status, of } = await diagnosis(['--data', data]);

    expect(status).toBe(1);
    expect(of('store')).toMatchObject([
      { verdict: 'warning', found: expect.stringContaining(`by process ${process.ppid}`) },
    ]);
  });

  it('doctor does not create a missing embedded database', async () => {
    const data = `${folderWith({ 'here.txt': '' })}/data`;

    const { of, broken } = await diagnosis(['--data', data]);

    expect(broken).toBe(0);
    expect(of('store')[0]?.found).toBe(`there is no ${data} yet: the first start creates it`);
  });
});

describe.skipIf(!hasPostgres)('doctor on a PostgreSQL', () => {
  let database: TestDatabase;
  let folder = '';

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = ordersApp();
  });
  afterEach(async () => {
    removeFolder(folder);
    await database.drop();
  });

  function diagnoseDatabase() {
    return diagnosis(['--postgres', database.url], { folder });
  }

  async function openStore() {
    const store = openPostgresStore({ clock: systemClock, url: database.url });
    await store.migrate();
    return store;
  }

  it('doctor reports whether a database has the schema, and does not create it', async () => {
    const empty = await diagnoseDatabase();
    const schemas = await database.query(
      "SELECT 1 FROM information_schema.schemata WHERE schema_name = 'millrace'",
    );
    await (await openStore()).close();
    const made = await diagnoseDatabase();

    expect(empty.of('schema')).toMatchObject([{ verdict: 'warning', found: 'there is none yet' }]);
    expect(schemas).toEqual([]);
    expect(made.of('schema')).toMatchObject([{ verdict: 'ok' }]);
    expect(made.of('clock')).toMatchObject([{ verdict: 'ok' }]);
    expect(made.of('store')[0]?.found).toMatch(/PostgreSQL \d+.*answers in \d+ ms/);
  });

  it('doctor reports a read-only database as broken', async () => {
    await database.query(`DO $$ BEGIN EXECUTE format(
      'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`);

    const { of, status } = await diagnoseDatabase();

    expect(status).toBe(2);
    expect(of('writes')).toMatchObject([
      { verdict: 'broken', found: expect.stringContaining('it is read-only') },
    ]);
  });

  it('doctor warns of a server that may lose committed data in a crash', async () => {
    const [setting] = await database.query<{ fsync: string }>('SHOW fsync');

    const { of } = await diagnoseDatabase();

    const warned = of('durability').some(({ found }) => found.startsWith('fsync is off'));
    expect(warned).toBe(setting?.fsync === 'off');
  });

  it('doctor reports paused batches, and tasks that lost workers still hold', async () => {
    await call(['batch', 'start', 'orders', '--detach', '--postgres', database.url], { folder });
    const store = await openStore();
    const { entries } = await store.listBatches({}, { limit: 1 });
    const batchId = entries[0]?.id ?? '';
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'PAUSED', reason: 'a test' });
    const about = JSON.stringify({ role: 'worker', host: 'here', pid: 1, queues: ['default'] });
    await store.createExecutions([execution], true);
    await store.claim('lost', 1, [execution.id]);
    await store.heartbeat('lost', 1, about);
    await database.query('UPDATE millrace.workers SET expires_at = expires_at - 5000 WHERE true');
    await store.close();

    const { of } = await diagnoseDatabase();
    const workers = await call(['worker', 'list', '--postgres', database.url], { folder });

    expect(of('batches')[0]).toMatchObject({
      verdict: 'warning',
      found: `paused: orders (${batchId})`,
    });
    expect(of('held tasks')[0]).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/^1 by 1 worker/),
    });
    expect(workers.stdout).toMatch(/^lost +worker +here +1 .* lost \d+ s ago$/m);
  });

  it('doctor and worker list report the leaders and workers that are alive', async () => {
    const store = await openStore();
    const none = await call(['worker', 'list', '--postgres', database.url], { folder });
    const about = { role: 'leader', host: 'here', pid: 7, version: '1', queues: ['a', 'b'] };
    await store.heartbeat('l', 60_000, JSON.stringify({ ...about, concurrency: null }));
    await store.close();

    const some = await call(['worker', 'list', '--json', '--postgres', database.url], { folder });

    expect(none).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^no leader or worker is alive/),
    });
    expect(jsonOf(some)).toEqual({
      workers: [
        {
          ...about,
          handlers: null,
          lacks: [],
          takenOver: null,
          workerId: 'l',
          concurrency: null,
          alive: true,
          running: 0,
          busy: null,
          commitMs: null,
          endedPerMinute: null,
          lastBeatAt: expect.any(Number),
          startedAt: expect.any(Number),
          expiresInMs: expect.any(Number),
        },
      ],
    });
    expect((await diagnoseDatabase()).of('leaders')).toMatchObject([
      { verdict: 'ok', found: '1 alive' },
    ]);
  });
});

const execution = Object.freeze({
  id: '01900000-0000-7000-8000-000000000001',
  machineId: 'order',
  machineVersion: 1,
  name: 'one',
  input: '{}',
  queue: 'default',
  retriesMax: 0,
});

describe.skipIf(noRedis !== null)('doctor on a Redis', () => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await startRedis({ password });
  });
  afterEach(() => redis.stop());

  it('doctor reports the latency of a Redis, dangerous settings and paused queues', async () => {
    await call(['queue', 'pause', 'low', ...inMemory, '--redis', redis.url]);

    const { of, status } = await diagnosis([...inMemory, '--redis', redis.url]);

    expect(status).toBe(1);
    const found = of('broker').map((finding) => finding.found);
    expect(found).toContainEqual(expect.stringMatching(/answers in \d+ ms/));
    expect(found).toContainEqual(expect.stringMatching(/writes nothing to disk.*appendonly/));
    expect(of('queues')).toMatchObject([
      { verdict: 'warning', found: 'paused: low', fix: 'run millrace queue resume low' },
    ]);
  });

  it('doctor reports a wrong password without printing it', async () => {
    const url = redis.url.replace(password, 'not-it-at-all');

    const { of, status, stdout } = await diagnosis([...inMemory, '--redis', url]);

    expect(status).toBe(2);
    expect(of('broker')).toMatchObject([{ verdict: 'broken' }]);
    expect(stdout).not.toContain('not-it-at-all');
  });

  it('doctor reports a full Redis as broken, and a nearly full one as a warning', async () => {
    const setMemory = async (share: number) => {
      const info = await redis.command<string>('INFO', 'memory');
      const used = Number(/used_memory:(\d+)/.exec(info)?.[1]);
      await redis.command('CONFIG', 'SET', 'maxmemory', String(Math.ceil(used * share)));
    };

    // So much that what a command needs makes no difference.
    await redis.command('SETRANGE', 'filler', '50000000', 'x');
    await setMemory(1.05);
    const nearly = await diagnosis([...inMemory, '--redis', redis.url]);
    await setMemory(0.9);
    const full = await diagnosis([...inMemory, '--redis', redis.url]);

    const nearlyFull = { verdict: 'warning', found: expect.stringMatching(/has used 9\d %/) };
    expect(nearly.of('broker')).toContainEqual(expect.objectContaining(nearlyFull));
    expect(full.status).toBe(2);
    const isFull = { verdict: 'broken', found: expect.stringMatching(/is full .* no messages/) };
    expect(full.of('broker')).toContainEqual(expect.objectContaining(isFull));
  });

  it('doctor reports a Redis that is a replica as broken', async () => {
    await redis.command('REPLICAOF', '127.0.0.1', '1');

    const { of, status } = await diagnosis([...inMemory, '--redis', redis.url]);

    expect(status).toBe(2);
    expect(of('broker')).toMatchObject([
      { verdict: 'broken', found: expect.stringContaining('it is a replica') },
    ]);
  });
});
