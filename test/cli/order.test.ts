/** `millrace order`: orders for a leader, and the log of all changes. */
import { userInfo } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { OrderDetails } from '../../lib/operations/orders/orders.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { call, echo, folderWith, jsonOf } from './cli-call.ts';

const config = `
export default {
  machines: {
    echo: { definition: './echo.asl.json' },
    rest: { definition: './rest.asl.json' },
  },
};
`;

const rest = JSON.stringify({
  StartAt: 'Rest',
  States: { Rest: { Type: 'Wait', Seconds: 9_999, End: true } },
});

/** Returns a function that calls the CLI in an app's folder with a database of its own. */
async function openApp() {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const folder = folderWith({
    'millrace.config.js': config,
    'echo.asl.json': echo,
    'rest.asl.json': rest,
  });
  const millrace = (...words: string[]) => {
    return call([...words, '--postgres', database.url], { folder });
  };
  const list = async (...words: string[]) => {
    const listed = jsonOf(await millrace('order', 'list', '--json', ...words));
    return (listed as { orders: OrderDetails[] }).orders;
  };
  return { millrace, list, url: database.url, folder };
}

describe.skipIf(!hasPostgres)('order', () => {
  it('an order is counted, started, paused, resumed and cancelled', async () => {
    const { millrace, list } = await openApp();
    for (const name of ['a', 'b', 'c']) {
      await millrace('execution', 'start', 'echo', '--name', name);
    }
    const cancel = ['order', 'start', 'cancel', 'executions', '--machine', 'echo'];

    const counted = await millrace(...cancel, '--dry-run');
    const refused = await millrace(...cancel, '--expect', '30');
    const started = await millrace(
      ...cancel,
      ...['--status', 'PENDING', '--expect', '3', '--rate', '5', '--reason', 'wrong input'],
      '--json',
    );
    const { orderId } = jsonOf(started) as { orderId: string };
    const paused = await millrace('order', 'pause', orderId, '--reason', 'lunch');
    const resumed = await millrace('order', 'resume', orderId, '--rate', '9', '--json');
    const shown = await millrace('order', 'get', orderId);
    const cancelled = await millrace('order', 'cancel', orderId);

    expect(counted.stdout).toMatch(/^it would take 3\n {2}\S+ {2}echo:[abc] {2}–\n/);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('expected') });
    expect(started.stderr).toContain('no leader is alive');
    expect(paused.stdout).toContain('is PAUSED: lunch');
    expect(jsonOf(resumed)).toEqual({ orderId, status: 'RUNNING' });
    expect(shown.stdout).toMatch(/per second +9\n/);
    expect(cancelled.stdout).toContain('is CANCELLED: cancelled on request; 0 changed');
    expect(await list('--action', 'cancel')).toMatchObject([
      {
        id: orderId,
        by: userInfo().username,
        via: 'cli',
        object: 'machine:echo',
        over: { executions: { machineId: 'echo', statuses: ['PENDING'] } },
        reason: 'wrong input',
        total: 3,
      },
    ]);
    expect(await list('--object', `order:${orderId}`)).toMatchObject([
      { action: 'cancelOrder' },
      { action: 'resumeOrder', over: { perSecond: 9 } },
      { action: 'pauseOrder', reason: 'lunch' },
    ]);
  });

  it('--wait shows the progress of the order until a leader has ended it', async () => {
    const { millrace, url, folder } = await openApp();
    for (const name of ['a', 'b', 'c']) {
      await millrace('execution', 'start', 'rest', '--name', name);
    }
    const leader = await openMillrace({
      config: { machines: { rest: { definition: JSON.parse(rest) } } },
      folder,
      flags: { store: 'postgres', postgresUrl: url },
      logger: new QuietLogger(),
    });
    onTestFinished(() => leader.close());
    await leader.start();

    const order = ['order', 'start', 'cancel', 'executions', '--machine', 'rest'];
    const { status, stdout } = await millrace(...order, '--rate', '10', '--wait');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^order \S+ is DONE; 3 changed, 0 left as they were\n$/);
  });

  it('every change at the command line is listed with its person', async () => {
    const { millrace, list } = await openApp();

    await millrace('execution', 'start', 'echo', '--name', 'a');
    await millrace('execution', 'cancel', 'echo:a');
    const table = await millrace('order', 'list', '--by', userInfo().username);

    expect((await list()).map(({ action, via }) => [action, via])).toEqual([
      ['cancelExecution', 'cli'],
      ['startExecution', 'cli'],
    ]);
    expect(table.stdout).toMatch(/^id +at +by +via +action +object +status/);
    expect(table.stdout).toMatch(/ cli +cancelExecution +execution:echo:a +DONE +1/);
  });

  it('an empty list says so', async () => {
    const { millrace } = await openApp();

    expect((await millrace('order', 'list')).stdout).toBe('there is no order\n');
  });
});

describe('the arguments of an order', () => {
  it.each([
    ['explode', 'archive', '--all'],
    ['redrive', 'batches', '--all'],
    ['redrive', 'archive'],
    ['redrive', 'archive', '--status', 'FAILED'],
    ['redrive', 'tasks', '--name-prefix', 'a'],
    ['redrive', 'executions', '--status', 'FAILED,LOST'],
    ['redrive', 'tasks', '--state', 'lost'],
    ['cancel', 'archive', '--all'],
    ['redrive', 'archive', '--all', '--rate', '0'],
  ])('order start %s %s %s %s is a wrong call', async (...words) => {
    const given = words.filter((word) => word !== undefined);

    const { status, stderr } = await call(['order', 'start', ...given, '--store', 'memory']);

    expect(status).toBe(2);
    expect(stderr).not.toBe('');
  });

  it('an unknown order, or status, is a wrong call', async () => {
    const calls = [
      await call(['order', 'get', 'none', '--store', 'memory']),
      await call(['order', 'cancel', 'none', '--store', 'memory']),
      await call(['order', 'list', '--status', 'LOST', '--store', 'memory']),
    ];

    expect(calls.map(({ status }) => status)).toEqual([2, 2, 2]);
  });
});
