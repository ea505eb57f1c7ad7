/** Workers in processes of their own, one of which is killed while it holds executions. */
import { describe, expect, it } from 'vitest';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { startCli, sumsConfig } from '../processes/cli-process.ts';
import { Fleet } from '../processes/fleet.ts';
import { createPostgresDatabase } from '../processes/process-database.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { ApiReader, polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { readTable } from './support/tables.ts';

const isMissing = noChromium !== null || noRedis !== null || !hasPostgres;

describe.skipIf(isMissing)('the page of workers', () => {
  it('a worker that is killed is shown as lost, and another one has its executions', async (context) => {
    const database = await createPostgresDatabase(context);
    const redis = await startRedis();
    context.onTestFinished(() => redis.stop());
    const options = ['--config', sumsConfig, ...database.options, '--redis', redis.url];
    const variables = { ITEMS: '1', LEASE_SECONDS: '2', GATE: 'never', LOG_LEVEL: 'warn' };
    const fleet = new Fleet({ context, options, query: database.query, variables });
    const port = await freePort();
    const dashboard = startCli(
      context,
      ['dashboard', '--port', String(port), ...options],
      variables,
    );
    const [killed] = await Promise.all([
      fleet.start('worker'),
      fleet.start('leader'),
      dashboard.waitForStderr(/^dashboard: http:/),
    ]);
    const url = `http://127.0.0.1:${port}/`;
    const api = new ApiReader(url);
    await fleet.startBatch('sums');
    await killed.waitForStderr(/^holding$/);
    const others = await Promise.all([fleet.start('worker'), fleet.start('worker')]);
    const page = await openPage(`${url}workers`);
    const statuses = async () => {
      const rows = await readTable(page, 'Processes');
      return rows.filter(([, , role]) => role === 'worker').map(([, status]) => status);
    };
    await expect.poll(statuses, polling).toEqual(['Alive', 'Alive', 'Alive']);

    await fleet.kill(killed);
    await expect
      .poll(async () => (await statuses()).toSorted(), polling)
      .toEqual(['Alive', 'Alive', 'Lost']);
    await Promise.any(others.map((other) => other.waitForStderr(/^holding$/)));
    const { executions } = await api.get('executions');
    const [{ id }] = executions;
    const { workerId } = await api.executionIn(id, 'RUNNING');
    await expectGoodScreen(page);
    await page.goto(`${url}executions/${id}`);
    await page.getByText('lost by 1 worker').waitFor();
    await page.getByRole('link', { name: workerId }).waitFor();

    const { workers } = await api.get('workers');
    const holder = workers.find((worker: { workerId: string }) => worker.workerId === workerId);
    expect(holder).toMatchObject({ alive: true, running: 1 });
  });
});
