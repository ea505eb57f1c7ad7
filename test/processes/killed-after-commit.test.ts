/** A process that dies right after the commit of a transaction that it has enqueued in. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { config } from './apps/transaction/config.ts';

const program = fileURLToPath(new URL('apps/transaction/commit-and-die.ts', import.meta.url));

describe.skipIf(!hasPostgres)('a process that dies after the commit of a transaction', () => {
  it('an execution of a committed transaction is sent by another process within seconds', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const dying = promisify(execFile)(process.execPath, [program, database.url]);
    await expect(dying).rejects.toMatchObject({ signal: 'SIGKILL' });
    const [order] = await database.query('SELECT id FROM public.shop_orders');
    expect(order).toEqual({ id: 7 });

    const flags = { postgresUrl: database.url, broker: 'memory' } as const;
    const app = await openMillrace({ config, flags, logger: new QuietLogger() });
    onTestFinished(() => app.close());
    const { id, status } = await app.executions.get('order:order-7');
    expect(status).toBe('PENDING');
    await app.start();
    const startedAt = performance.now();
    await app.executions.wait(id);

    expect(await app.executions.get(id)).toMatchObject({ status: 'SUCCEEDED', attempts: 0 });
    // The sweeper looks every 5 seconds.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
