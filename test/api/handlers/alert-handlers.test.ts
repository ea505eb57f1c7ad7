/** The HTTP API's operation on alerts, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

describe.each(externalStores())('alerts over HTTP, on a store in $kind', ({ fresh }) => {
  it('alerts are listed, the open ones first or alone', async () => {
    const { app, api } = await openApiApp(await fresh(), 'idle');
    const { store } = app.drivers;
    const ids = ['01', '02'].map((end) => `01900000-0000-7000-8000-0000000000${end}`);
    const [open = '', ended = ''] = ids;
    const alert = { rule: 'queueAge', severity: 'warning', link: '/', deliveries: [] } as const;
    await store.openAlerts([
      { ...alert, id: open, subject: 'queue:low', message: 'old', since: 1 },
      { ...alert, id: ended, subject: 'queue:high', message: 'old', since: 2 },
    ]);
    await store.endAlerts([{ id: ended, at: 3, deliveries: [] }]);

    const all = await api.get('/v1/alerts');
    const openOnly = await api.get('/v1/alerts?open=1');
    const first = await api.get('/v1/alerts?limit=1');

    expect(all.body.alerts).toMatchObject([
      { id: open, subject: 'queue:low', endedAt: null },
      { id: ended, endedAt: 3 },
    ]);
    expect(openOnly.body.alerts).toMatchObject([{ id: open }]);
    expect(first.body.alerts).toMatchObject([{ id: open }]);
    expect(refusal(await api.get('/v1/alerts?limit=0'))).toEqual([400, 'INVALID_ARGUMENT']);
    expect(refusal(await api.get('/v1/alerts?open=yes'))).toEqual([400, 'INVALID_ARGUMENT']);
  });
});
