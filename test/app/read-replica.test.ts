/** An app with a read replica: people look at the replica, and programs decide by the server. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';

const config = {
  machines: {
    order: { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } },
  },
} as const;

describe.skipIf(!hasPostgres)('a read replica', () => {
  let server: TestDatabase;
  /** It stands for a replica that is behind for good: it gets nothing from the server. */
  let replica: TestDatabase;

  beforeEach(async () => {
    server = await createTestDatabase();
    replica = await createTestDatabase();
  });
  afterEach(async () => {
    await server.drop();
    await replica.drop();
  });

  async function open(postgresUrl: string, readerUrl?: string) {
    const postgres = readerUrl === undefined ? {} : { readerUrl };
    const flags = { store: 'postgres', broker: 'memory', postgresUrl };
    return await openMillrace({ config: { ...config, postgres }, flags });
  }

  it('an app reads lists, searches and fingerprints from the replica, and single records from the server', async () => {
    const writer = await open(replica.url);
    await writer.executions.start({ machineId: 'order', name: 'on-replica' });
    await writer.close();
    const app = await open(server.url, replica.url);

    const { executionId: id } = await app.executions.start({
      machineId: 'order',
      name: 'on-server',
    });
    const listed = await app.executions.list({}, { limit: 10 });
    const tasks = await app.tasks.list({ state: 'pending' }, { limit: 10 });
    const hits = await app.deployment.find('on-');
    const before = await app.deployment.changes('overview');
    await app.executions.start({ machineId: 'order', name: 'on-server-too' });
    const after = await app.deployment.changes('overview', before.token);
    const record = await app.executions.get(id);
    await app.close();

    expect(listed.entries.map(({ name }) => name)).toEqual(['on-replica']);
    expect(tasks.entries.map(({ name }) => name)).toEqual(['on-replica']);
    expect(JSON.stringify(hits)).toContain('on-replica');
    expect(JSON.stringify(hits)).not.toContain('on-server');
    expect(after.changed).toEqual([]);
    expect(record).toMatchObject({ name: 'on-server' });
  });

  it('a replica that is away fails lists with its name, and nothing else', async () => {
    const url = new URL(replica.url);
    url.port = '1';
    const app = await open(server.url, url.href);

    const { executionId: id } = await app.executions.start({ machineId: 'order', name: 'a' });
    const list = app.executions.list({}, { limit: 10 });

    await expect(list).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(':1'),
    });
    expect(await app.executions.get(id)).toMatchObject({ name: 'a' });
    await app.close();
  });
});
