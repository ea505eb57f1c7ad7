/** The HTTP API's figures of the whole deployment, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { covers, endedBatch, openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

covers({ getOverview: 1, getSeries: 1 });

describe.each(externalStores())('figures over HTTP, on a store in $kind', ({ fresh }) => {
  it('the overview has queues, workers and the archive', async () => {
    const { app, api } = await openApiApp(await fresh());
    await endedBatch(app, api);

    const { status, body } = await api.get('/v1/overview');

    expect([status, body.code]).toEqual([200, undefined]);
    expect(body.queues.map(({ queue }: { readonly queue: string }) => queue)).toEqual([
      'critical',
      'default',
      'low',
    ]);
    expect(body).toMatchObject({
      batches: [],
      archive: { count: 1, isMinimum: false },
      workers: { alive: 1, lost: 0, slots: 200 },
      alerts: expect.any(Array),
    });
  });

  it('series have values and gaps', async () => {
    const { app, api } = await openApiApp(await fresh());
    await endedBatch(app, api);

    const { status, body } = await api.get('/v1/series?of=ended,tookP95,depth&by=queue&key=low');
    const total = await api.get('/v1/series?of=workers&from=2026-01-01&points=10');

    expect([status, body.code]).toEqual([200, undefined]);
    expect(body.series.map(({ of }: { readonly of: string }) => of)).toEqual([
      'ended',
      'tookP95',
      'depth',
    ]);
    expect(total.body.series).toHaveLength(1);
    expect(total.body.gaps.length).toBeGreaterThan(0);
  });

  it('a bad request for series is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const answers = [
      await api.get('/v1/series'),
      await api.get('/v1/series?of=everything'),
      await api.get('/v1/series?of=ended&from=2026-01-02&to=2026-01-01'),
      await api.get('/v1/series?of=ended&points=1'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
  });
});
