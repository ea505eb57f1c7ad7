/** Every change over HTTP is in the log of changes once, with its caller and without documents. */
import { describe, expect, it } from 'vitest';
import { auditChanges } from '../../lib/api/audit-changes.ts';
import { createApi } from '../../lib/api/create-api.ts';
import { apiOperations } from '../../lib/api/handlers/api-operations.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const config: MillraceConfig = {
  machines: {
    rest: {
      definition: {
        StartAt: 'Rest',
        States: { Rest: { Type: 'Wait', Seconds: 9_999, End: true } },
      },
    },
  },
  batches: {
    rests: { machine: 'rest', source: { kind: 'items', items: [1, 2] } },
  },
};

/** Opens an app behind its API, and reads its log of changes, oldest first. */
async function open() {
  const app = await openApp(config);
  await app.start();
  const opener = async () => app;
  const api = createApi(apiOperations(opener), {
    logger: new QuietLogger(),
    audit: auditChanges(opener),
  });
  const caller = new ApiCaller(api, { caller: 'ada', role: 'owner', requestId: 'r-1' });
  const log = async () => (await app.orders.list()).entries.toReversed();
  return { app, api, caller, log };
}

describe('the log of changes', () => {
  it('each change is an entry with its object, caller, reason and outcome', async () => {
    const { caller, log } = await open();

    const { id } = (await caller.post('/v1/batches', { name: 'rests' })).body;
    await caller.post(`/v1/batches/${id}/pause`);
    await caller.post(`/v1/batches/${id}/resume`);
    await caller.post(`/v1/batches/${id}/cancel`, { reason: 'wrong file' });
    await caller.post('/v1/queues/low/pause', { reason: 'card service down' });
    await caller.post('/v1/queues/low/resume');
    await caller.post('/v1/queues/low/purge', { cancelTasks: true });
    const input = { card: '4111' };
    const started = (await caller.post('/v1/executions', { machineId: 'rest', name: 'a', input }))
      .body;
    await caller.post(`/v1/executions/${started.executionId}/cancel`);
    await caller.post('/v1/tasks/cancel', { ids: [started.executionId, 'none'] });

    const entries = await log();
    const shown = entries.map(({ action, object, reason }) => [action, object, reason]);
    expect(shown).toEqual([
      ['startBatch', `batch:${id}`, null],
      ['pauseBatch', `batch:${id}`, null],
      ['resumeBatch', `batch:${id}`, null],
      ['cancelBatch', `batch:${id}`, 'wrong file'],
      ['pauseQueue', 'queue:low', 'card service down'],
      ['resumeQueue', 'queue:low', null],
      ['purgeQueue', 'queue:low', null],
      ['startExecution', `execution:${started.executionId}`, null],
      ['cancelExecution', `execution:${started.executionId}`, null],
      ['cancelTasks', null, null],
    ]);
    for (const entry of entries) {
      expect(entry).toMatchObject({ by: 'ada', via: 'api', requestId: 'r-1', status: 'DONE' });
    }
    expect(entries[1]).toMatchObject({ outcome: 'PAUSED', done: 1 });
    expect(entries[7]?.over).toEqual({ machineId: 'rest', name: 'a' });
    expect(entries[9]).toMatchObject({
      over: { count: 2, ids: [started.executionId, 'none'] },
      refused: 1,
    });
    expect(JSON.stringify(entries)).not.toContain('4111');
  });

  it('a request of a browser is a change by the page', async () => {
    const { caller, log } = await open();

    await caller.send('/v1/queues/low/pause', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
    });

    expect(await log()).toMatchObject([{ action: 'pauseQueue', via: 'page', by: 'ada' }]);
  });

  it('the log has no entries of reads, failures and the traffic of systems', async () => {
    const { caller, log } = await open();

    await caller.get('/v1/queues');
    await caller.post('/v1/archive/redrive', { all: true, dryRun: true });
    await caller.post('/v1/queues/none/pause');
    await caller.post('/v1/messages', { key: 'k', value: 1 });
    await caller.post('/v1/validate', { definition: '{}' });

    expect(await log()).toEqual([]);
  });

  it('commands on orders are entries about the order', async () => {
    const { caller, log } = await open();
    const order = { action: 'redrive', over: { archive: {} }, perSecond: 1 };
    const { orderId } = (await caller.post('/v1/orders', order)).body;

    await caller.post(`/v1/orders/${orderId}/cancel`, { reason: 'enough' });

    const entries = await log();
    expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['redrive']));
    expect(entries.every(({ action }) => ['redrive', 'cancelOrder'].includes(action))).toBe(true);
  });
});
