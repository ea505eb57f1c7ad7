/** The function that migrates the database as a custom resource of the stack. */
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { MillraceError } from '../../lib/errors.ts';
import { migrateFunction } from '../../lib/lambda/migrate-function.ts';
import type { StoreRoles } from '../../lib/ports/store/store.ts';
import { functionContext } from '../support/function-context.ts';
import { serveLocally } from '../support/local-server.ts';
import { printedLines } from '../support/printed-lines.ts';
import { unavailable } from '../support/role-harness.ts';
import { settle } from '../support/signal.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const names = {
  StackId: 'arn:stack',
  RequestId: 'r1',
  LogicalResourceId: 'Schema',
};

/** A stack that sends requests to the function, and a database with the migrations `migrate`. */
async function openStack(
  migrate: (roles?: StoreRoles) => Promise<void>,
  refusals = 0,
  secrets: Readonly<Record<string, string>> = {},
) {
  printedLines();
  let left = refusals;
  const server = await serveLocally(() => {
    left -= 1;
    return { status: left >= 0 ? 503 : 200 };
  });
  const clock = new SimulatedClock();
  const store = { ...openMemoryStore(), migrate };
  const env = { applicationSecretArn: 'arn:app', readerSecretArn: 'arn:read' };
  const handler = migrateFunction({
    env: Object.keys(secrets).length === 0 ? {} : env,
    drivers: { store },
    clock,
    readSecret: async (arn) => secrets[arn] ?? '',
  });
  const request = async (changes: object = {}, leftMs = 60_000) => {
    const event = {
      RequestType: 'Create',
      ResourceType: 'Custom::MillraceSchema',
      ServiceToken: 'arn:f',
      ResponseURL: `${server.url}/answer?sig=1`,
      ...names,
      ...changes,
      ResourceProperties: { ServiceToken: 'arn:f' },
    } as CloudFormationCustomResourceEvent;
    let over = false;
    const answered = handler(
      event,
      functionContext(() => leftMs),
    ).finally(() => {
      over = true;
    });
    void answered.catch(() => {});
    while (!over) {
      await settle();
      await clock.advance(1_000);
    }
    await answered;
    return server.seen.map(({ body }) => JSON.parse(body));
  };
  return { request, server };
}

describe('creating or updating a stack', () => {
  it('the stack gets a response with a stable id after the migration', async () => {
    let migrations = 0;
    const { request, server } = await openStack(async () => void migrations++);

    await request();
    const answers = await request({ RequestType: 'Update', PhysicalResourceId: 'kept' });

    expect(migrations).toBe(2);
    expect(answers).toEqual([
      { Status: 'SUCCESS', ...names, PhysicalResourceId: 'Schema' },
      { Status: 'SUCCESS', ...names, PhysicalResourceId: 'kept' },
    ]);
    expect(server.seen[0]).toMatchObject({ method: 'PUT', url: '/answer?sig=1' });
  });

  it('the roles of the other functions get the passwords in their secrets', async () => {
    const migrated: (StoreRoles | undefined)[] = [];
    const { request } = await openStack(async (roles) => void migrated.push(roles), 0, {
      'arn:app': '{"username":"millrace_app","password":"one"}',
      'arn:read': '{"username":"millrace_read","password":"two"}',
    });

    expect(await request()).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(migrated).toEqual([
      {
        application: { name: 'millrace_app', password: 'one' },
        reader: { name: 'millrace_read', password: 'two' },
      },
    ]);
  });

  it('a secret that holds no user and password fails the deploy without being shown', async () => {
    const { request } = await openStack(async () => {}, 0, { 'arn:app': '{"password":"s3cret"}' });

    const [answer] = await request();

    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('the secret arn:app must be a JSON object'),
    });
    expect(JSON.stringify(answer)).not.toContain('s3cret');
  });

  it('the migration waits for a database that is resuming', async () => {
    let tries = 0;
    const { request } = await openStack(async () => {
      tries += 1;
      if (tries < 4) throw unavailable();
    });

    expect(await request()).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(tries).toBe(4);
  });

  it('the response to a failed migration has the reason and what to do', async () => {
    const { request } = await openStack(async () => {
      throw new MillraceError('STORE_FAILED', 'permission denied for schema millrace');
    });

    expect(await request()).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/permission denied.*deploy again/) },
    ]);
  });

  it('an update, which may be a rollback, succeeds when the schema is newer than the function', async () => {
    const { request } = await openStack(async () => {
      throw new MillraceError('STORE_FAILED', 'a newer Millrace has migrated it', {
        fields: { applied: 17, known: 16 },
      });
    });

    await request({ RequestType: 'Update', PhysicalResourceId: 'kept' });
    const answers = await request();

    expect(answers).toMatchObject([
      { Status: 'SUCCESS' },
      { Status: 'FAILED', Reason: expect.stringContaining('a newer Millrace') },
    ]);
  });

  it('the stack gets a response in time even if the migration hangs', async () => {
    const { request } = await openStack(() => new Promise(() => {}));

    expect(await request()).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/within 45 s.*cluster.*deploy again/) },
    ]);
  });

  it('a response that the stack did not accept is sent again', async () => {
    const { request } = await openStack(async () => {}, 1);

    expect(await request()).toMatchObject([{ Status: 'SUCCESS' }, { Status: 'SUCCESS' }]);
  });

  it('a stack that accepts no response fails the invocation, so that Lambda retries it', async () => {
    const { request } = await openStack(async () => {}, 2);

    await expect(request()).rejects.toThrow(/did not accept the response \(503\)/);
  });
});

describe('deleting a stack', () => {
  it('deleting the stack does not access the database', async () => {
    const { request } = await openStack(() => Promise.reject(new Error('migrated')));

    const answers = await request({ RequestType: 'Delete', PhysicalResourceId: 'kept' });

    expect(answers).toEqual([{ Status: 'SUCCESS', ...names, PhysicalResourceId: 'kept' }]);
  });
});
