/** The roles of an Aurora that functions log in as, each with a secret of its own. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { RdsDataSqlClient } from '../../../lib/drivers/rds-data/rds-data-client.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { serveLocally } from '../../support/local-server.ts';
import { settle } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { hasPostgres } from '../../support/test-database.ts';
import { type DataApi, startDataApi } from './data-api.ts';

const secretArn = (role: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${role}`;

describe.skipIf(!hasPostgres)('the roles of an Aurora', () => {
  const id = `${process.pid}_${Date.now()}`;
  const application = { name: `app_${id}`, password: 'a-password-of-the-application' };
  const reader = { name: `read_${id}`, password: 'a-password-of-the-reader' };
  const logins = new Map(
    [application, reader].map(({ name, password }) => [
      secretArn(name),
      { username: name, password },
    ]),
  );
  let api: DataApi;
  let owner: Store;

  beforeAll(async () => {
    api = await startDataApi({ logins });
    for (const { name } of [application, reader]) {
      api.database.beforeDrop(`DROP OWNED BY ${name}`, `DROP ROLE ${name}`);
    }
    owner = api.open();
    await owner.migrate({ application, reader });
  });
  afterAll(async () => {
    await owner?.close();
    await api?.close();
  });

  function openAs({ name }: { readonly name: string }): Store {
    const store = api.open({ secretArn: secretArn(name), clock: systemClock });
    onTestFinished(() => store.close());
    return store;
  }

  it('the application writes, and the reader reads what does not fit into an answer', async () => {
    const large = JSON.stringify({ Comment: 'x'.repeat(600_000), StartAt: 'A' });

    await openAs(application).putMachine('large', 'STANDARD', large);
    const found = await openAs(reader).getMachine('large');

    expect(found?.definition).toBe(large);
  });

  it('the reader writes nothing, and the application changes no schema', async () => {
    const refused = { fields: { sqlState: '42501' } };

    await expect(openAs(reader).putMachine('m', 'STANDARD', '{}')).rejects.toMatchObject(refused);
    await expect(openAs(application).migrate({ reader })).rejects.toMatchObject(refused);
  });

  it('no statement of a migration contains a password', async () => {
    const rows = await api.database.query(
      `SELECT rolpassword FROM pg_authid WHERE rolname = '${application.name}'`,
    );

    expect(rows).toEqual([
      { rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$4096:[\w+/=]+\$[\w+/=]+:[\w+/=]+$/) },
    ]);
  });

  it('a password that PostgreSQL would prepare is refused', async () => {
    const odd = { name: reader.name, password: 'pässword-of-the-reader' };

    await expect(owner.migrate({ reader: odd })).rejects.toThrow(
      /^the password of the reader role 'read_\w+' must be 16 to 128 printable ASCII characters/,
    );
  });
});

describe('a password that is replaced', () => {
  const wrong = 'FATAL: password authentication failed for user "app"; SQLState: 28P01';

  /** Opens a client whose first calls are refused by PostgreSQL. */
  async function openClient(refusals: number) {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    let left = refusals;
    const server = await serveLocally(() => {
      left -= 1;
      if (left < 0) return { body: {} };
      return { status: 400, body: { __type: 'DatabaseErrorException', message: wrong } };
    });
    const clock = new SimulatedClock();
    const client = new RdsDataSqlClient({
      clock,
      clusterArn: 'arn:aws:rds:us-east-1:123456789012:cluster:local',
      secretArn: secretArn('app'),
      endpoint: server.url,
    });
    onTestFinished(() => client.close());
    return { clock, client, server };
  }

  /** Advances the clock until the work has an outcome. */
  async function pass(clock: SimulatedClock, work: Promise<unknown>): Promise<unknown> {
    let outcome: unknown;
    const over = work.then(
      () => (outcome = 'done'),
      (error: unknown) => (outcome = error),
    );
    while (outcome === undefined) {
      await settle();
      await clock.advance(1_000);
    }
    await over;
    return outcome;
  }

  it('a call waits until the database and the secret have the same password', async () => {
    const { clock, client, server } = await openClient(4);

    expect(await pass(clock, client.transaction(['SELECT 1']))).toBe('done');
    expect(server.seen).toHaveLength(5);
  });

  it('a password that stays wrong is reported after a minute, with the secret', async () => {
    const { clock, client } = await openClient(Number.POSITIVE_INFINITY);

    expect(await pass(clock, client.transaction(['SELECT 1']))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(`the user in the secret ${secretArn('app')} may not use`),
    });
    expect(clock.monotonicMs()).toBeGreaterThan(50_000);
  });
});
