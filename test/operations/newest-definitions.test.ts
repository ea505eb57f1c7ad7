/** Redrives under the newest definition, to apply a fix to what failed. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { OrderStatus } from '../../lib/ports/store/order-store.ts';
import { openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle } from '../support/signal.ts';

const task = (resource: string) => ({ Type: 'Task', Resource: resource, End: true });
const broken = { StartAt: 'Work', States: { Work: task('broken') } };
const fixed = { StartAt: 'Work', States: { Work: task('fixed') } };
const renamed = { StartAt: 'Other', States: { Other: task('fixed') } };

const handlers = {
  broken: () => {
    throw new TypeError('a bug');
  },
  fixed: () => 'repaired',
};

/** Opens an app whose executions of `machine` have failed, and one with another definition. */
async function openVersions(definition: JsonObject) {
  const older = await openApp({ machines: { machine: { definition: broken } }, handlers });
  await older.start();
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const started = await older.executions.start({ machineId: 'machine', name });
    ids.push(started.executionId);
  }
  for (const id of ids) await older.executions.wait(id);
  await older.stop();
  const logger = new QuietLogger();
  const newer = await openMillrace({
    config: { machines: { machine: { definition } }, handlers },
    logger,
    drivers: older.drivers,
  });
  onTestFinished(() => newer.close());
  await newer.start();
  const [first = ''] = ids;
  return { newer, ids, first, logger };
}

async function endOfOrder({ orders }: Millrace, orderId: string): Promise<OrderStatus> {
  for (;;) {
    const { status } = await orders.get(orderId);
    if (status !== 'RUNNING') return status;
    await settle();
  }
}

describe('a redrive under the newest definition', () => {
  it('a failed execution runs on its own definition, unless the newest is asked for', async () => {
    const { newer, first } = await openVersions(fixed);

    await newer.executions.redrive(first);
    expect(await newer.executions.wait(first)).toMatchObject({
      status: 'FAILED',
      machineVersion: 1,
    });
    await newer.executions.redrive(first, { latest: true });

    expect(await newer.executions.wait(first)).toMatchObject({
      status: 'SUCCEEDED',
      machineVersion: 2,
      output: '"repaired"',
    });
  });

  it('an execution whose failed state no longer exists is refused in words, and stays as it is', async () => {
    const { newer, first } = await openVersions(renamed);

    await expect(newer.executions.redrive(first, { latest: true })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(
        "under version 2 of 'machine' it is to continue in the state 'Work', which no longer exists",
      ),
    });

    expect(await newer.executions.get(first)).toMatchObject({
      status: 'FAILED',
      machineVersion: 1,
    });
  });

  it('the archive is redriven under the newest definition, page by page', async () => {
    const { newer, ids } = await openVersions(fixed);
    const redriven: string[] = [];

    for await (const page of newer.archive.redrive({ all: true }, { latest: true, limit: 2 })) {
      redriven.push(...page);
    }

    expect(redriven).toEqual(ids.slice(0, 2));
    for (const id of redriven) {
      expect(await newer.executions.wait(id)).toMatchObject({ status: 'SUCCEEDED' });
    }
    expect(await newer.archive.count({ all: true })).toBe(1);
  });

  it('entries that do not fit the newest definition stay in the archive, and are reported', async () => {
    const { newer, ids } = await openVersions(renamed);
    const refused: string[] = [];
    const onRefused = (taskId: string, problem: string) => refused.push(`${taskId} ${problem}`);

    for await (const page of newer.archive.redrive({ all: true }, { latest: true, onRefused })) {
      expect(page).toEqual([]);
    }

    expect(refused).toEqual(ids.map((id) => expect.stringMatching(`^${id} under version 2`)));
    expect(await newer.archive.count({ all: true })).toBe(3);
  });

  it('an order redrives under the newest definition, and counts and logs what does not fit', async () => {
    for (const definition of [fixed, renamed]) {
      const { newer, logger } = await openVersions(definition);
      const over = { archive: {} };
      const started = await newer.orders.start({ action: 'redrive', over, latest: true });
      const orderId = started.orderId ?? '';

      expect(await endOfOrder(newer, orderId)).toBe('DONE');

      const isFixed = definition === fixed;
      expect(await newer.orders.get(orderId)).toMatchObject({
        done: isFixed ? 3 : 0,
        refused: isFixed ? 0 : 3,
      });
      const lines = logger.entries.filter(({ message }) => message.includes('does not fit'));
      expect(lines).toHaveLength(isFixed ? 0 : 3);
    }
  });

  it('only a redrive takes the newest definition', async () => {
    const { newer } = await openVersions(fixed);
    const over = { archive: {} };

    await expect(
      newer.orders.start({ action: 'delete', over, latest: true }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
