/** The HTTP API's operations on the archive, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { archiveOperations } from '../../../lib/api/contract/archive.ts';
import { archiveHandlers } from '../../../lib/api/handlers/archive-handlers.ts';
import type { Millrace } from '../../../lib/app/millrace.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { pause } from '../../../lib/retry/pause.ts';
import { covers, endedBatch, openApiApp, ownerCall, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';
import { until } from '../../support/signal.ts';

covers(archiveOperations);

/** Archives dead letters that belong to no execution. */
async function archiveLetters(app: Millrace, ...ids: string[]): Promise<void> {
  await app.drivers.store.archive(
    ids.map((taskId) => {
      return { taskId, queue: 'low', body: '', reason: 'no', deliveries: 1, sentAt: 0 };
    }),
  );
}

describe.each(externalStores())('the archive over HTTP, on a store in $kind', ({ fresh }) => {
  it('archived tasks are listed, shown, redriven and deleted', async () => {
    const { app, api } = await openApiApp(await fresh());
    const batchId = await endedBatch(app, api);

    const list = await api.get(`/v1/archive?batchId=${batchId}&archivedFrom=2026-01-01`);
    const [{ taskId, executionName }] = list.body.entries;
    const one = await api.get(`/v1/archive/ship:${executionName}`);
    const summary = await api.get('/v1/archive/summary');
    const preview = await api.post('/v1/archive/redrive', { all: true, dryRun: true });
    const redriven = await api.post('/v1/archive/redrive', { error: 'Refused' });
    const isArchived = async () => (await app.archive.missing([taskId])).length === 0;
    await until(isArchived, 'it fails again', 100_000);
    const deleted = await api.post('/v1/archive/delete', { taskIds: [taskId], limit: 5 });

    expect(one.body).toMatchObject({ taskId, error: 'Refused', input: { to: 'nowhere' } });
    expect(summary.body).toEqual({
      total: 1,
      isMinimum: false,
      rows: [{ error: 'Refused', machineId: 'ship', queue: 'default', count: 1 }],
    });
    expect(preview.body).toMatchObject({ matching: 1, some: [{ taskId, executionName }] });
    expect(redriven.body).toEqual({ redriven: 1, next: null, refused: [] });
    expect(deleted.body).toEqual({ deleted: 1, next: null });
  });

  it('a command that ran out of time continues by its cursor, without newer entries', async () => {
    const { app, api } = await openApiApp(await fresh(), 'idle');
    const stopped = { ...ownerCall, signal: AbortSignal.abort() };
    const command = { params: {}, query: {}, body: { queue: 'low', limit: 2, dryRun: false } };
    await archiveLetters(app, 'a', 'b', 'c');
    await pause(systemClock, 2);

    const begun = await archiveHandlers(async () => app).deleteArchived(command, stopped);
    const next = 'next' in begun ? begun.next : null;
    await archiveLetters(app, 'd');
    const first = await api.post('/v1/archive/delete', { queue: 'low', cursor: next });
    const [, before] = /^(\d+)~2$/.exec(next ?? '') ?? [];
    const rest = await api.post('/v1/archive/delete', { queue: 'low', cursor: `${before}~` });
    const left = await api.get('/v1/archive');

    expect(begun).toEqual({ deleted: 0, next: expect.stringMatching(/^\d+~2$/) });
    expect([first.body, rest.body]).toEqual([
      { deleted: 2, next: null },
      { deleted: 1, next: null },
    ]);
    expect(left.body.entries.map(({ taskId }: { taskId: string }) => taskId)).toEqual(['d']);
  });

  it('a dry run with a limit shows the oldest entries that would be taken', async () => {
    const { app, api } = await openApiApp(await fresh(), 'idle');
    for (const id of ['a', 'b', 'c']) {
      await archiveLetters(app, id);
      await pause(systemClock, 2);
    }

    const { body } = await api.post('/v1/archive/delete', { all: true, limit: 2, dryRun: true });

    expect(body.matching).toBe(2);
    expect(body.some.map(({ taskId }: { taskId: string }) => taskId)).toEqual(['a', 'b']);
    expect((await api.get('/v1/archive')).body.entries).toHaveLength(3);
  });

  it('an unknown archived task is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    for (const name of ['no-uuid', 'ship:none']) {
      expect(refusal(await api.get(`/v1/archive/${name}`))).toEqual([404, 'UNKNOWN_TASK']);
    }
  });

  it('a command without a condition, or with a bad one, is refused', async () => {
    const { app, api } = await openApiApp(await fresh(), 'idle');
    await archiveLetters(app, 'a');

    const answers = [
      await api.post('/v1/archive/redrive', {}),
      await api.post('/v1/archive/redrive', { dryRun: true }),
      await api.post('/v1/archive/delete', { limit: 5 }),
      await api.post('/v1/archive/delete', { queue: 'low', cursor: 'page 2' }),
      await api.post('/v1/archive/delete', { all: false }),
      await api.post('/v1/archive/delete', { taskIds: [] }),
      await api.get('/v1/archive?archivedFrom=yesterday'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    expect((await api.get('/v1/archive')).body.entries).toHaveLength(1);
  });
});
