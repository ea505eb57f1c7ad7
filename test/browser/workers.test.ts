/** Workers in processes of their own, one of which is killed while it holds executions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { startCli, sumsConfig } from '../processes/cli-process.ts';
import { Fleet } from '../processes/fleet.ts';
import { createPostgresDatabase } from '../processes/process-database.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { ApiReader, polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { expectState, watchSums } from './support/graph.ts';
import { readTable } from './support/tables.ts';

const isMissing = noChromium !== null || noRedis !== null || !hasPostgres;

/** How many executions the killed worker holds. */
const count = 4;

/** A worker as the API lists it. */
interface Listed {
  readonly role: string;
  readonly alive: boolean;
  readonly pid: number;
  readonly takenOver: number;
}

/** Prepares a fleet whose executions wait until the file `gate` is there, and its dashboard. */
async function prepareFleet(context: TestContext) {
  const database = await createPostgresDatabase(context);
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  const folder = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const gate = join(folder, 'open');
  const options = ['--config', sumsConfig, ...database.options, '--redis', redis.url];
  const variables = { ITEMS: String(count), LEASE_SECONDS: '6', GATE: gate, LOG_LEVEL: 'warn' };
  const fleet = new Fleet({ context, options, query: database.query, variables });
  const port = await freePort();
  const dashboard = startCli(context, ['dashboard', '--port', String(port), ...options], variables);
  return { fleet, gate, port, dashboard };
}

describe.skipIf(isMissing)('the page of workers', () => {
  it('a worker is killed, and the page says who has taken over its executions', async (context) => {
    const { fleet, gate, port, dashboard } = await prepareFleet(context);
    const [killed] = await Promise.all([
      fleet.start('worker'),
      fleet.start('leader'),
      dashboard.waitForStderr(/^dashboard: http:/),
    ]);
    const url = `http://127.0.0.1:${port}/`;
    const api = new ApiReader(url);
    const batchId = await fleet.startBatch('sums');
    await killed.waitForStderr(/^holding$/, count);
    const others = await Promise.all([fleet.start('worker'), fleet.start('worker')]);
    const page = await openPage(`${url}workers`);
    const statuses = async () => {
      const rows = await readTable(page, 'Processes');
      return rows.filter(([, , role]) => role === 'worker').map(([, status]) => status);
    };
    await expect.poll(statuses, polling).toEqual(['Alive', 'Alive', 'Alive']);
    const heat = await openPage(`${url}batches/${batchId}`, { beside: page });
    await expectState(heat, 'Gate', new RegExp(` ${count} here now`));
    const sums = await watchSums(heat, ['Check', 'Gate', 'Add']);

    await fleet.kill(killed);
    await page.bringToFront();
    await expect
      .poll(async () => (await statuses()).toSorted(), polling)
      .toEqual(['Alive', 'Alive', 'Lost']);
    const takers = async () => {
      const { workers } = await api.get('workers');
      return workers.filter(({ alive, takenOver }: Listed) => alive && takenOver > 0);
    };
    const takenOver = async () =>
      (await takers()).reduce((sum: number, worker: Listed) => sum + worker.takenOver, 0);
    await expect.poll(takenOver, polling).toBe(count);
    for (const { pid, takenOver: taken } of await takers()) {
      await page.getByText(new RegExp(`${taken} by .*\\(pid ${pid}\\)`)).waitFor();
    }
    await expectGoodScreen(page);
    const { executions } = await api.get('executions');
    const [{ id }] = executions;
    const { workerId } = await api.executionIn(id, 'RUNNING');
    await page.goto(`${url}executions/${id}`);
    await page.getByText('lost by 1 worker').waitFor();
    await page.getByRole('link', { name: workerId }).waitFor();

    writeFileSync(gate, '');
    await heat.bringToFront();
    await heat.getByText(`ended: ${count}`, { exact: true }).waitFor();
    expect(await sums()).toEqual([count]);
    expect(others).toHaveLength(2);
    await api.batchWhen(batchId, ({ status }) => status === 'SUCCEEDED');
  });
});
