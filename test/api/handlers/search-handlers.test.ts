/** The HTTP API's operations that search for things, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { appOperations } from '../../../lib/api/contract/app.ts';
import { covers, endedBatch, openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

const { find, runDoctor } = appOperations;
covers({ find, runDoctor });

describe.each(externalStores())('searches over HTTP, on a store in $kind', ({ fresh }) => {
  it('things of every kind are found by the beginning of their names', async () => {
    const { app, api } = await openApiApp(await fresh());
    const batchId = await endedBatch(app, api);
    const [failed] = (await api.get('/v1/executions?status=FAILED')).body.executions;
    const hits = async (q: string) => {
      const { body } = await api.get(`/v1/find?q=${encodeURIComponent(q)}`);
      return body.hits.map(({ kind, id }: { kind: string; id: string }) => [kind, id]);
    };

    expect(await hits('ship')).toEqual([['machine', 'ship']]);
    expect(await hits('Refu')).toEqual([['error', 'Refused']]);
    expect(await hits('def')).toEqual([['queue', 'default']]);
    expect(await hits('orders')).toEqual([['batch', batchId]]);
    expect(await hits(batchId)).toContainEqual(['batch', batchId]);
    expect(await hits(`ship:${failed.name}`)).toEqual([['execution', failed.id]]);
    expect(await hits(` ${failed.id} `)).toContainEqual(['execution', failed.id]);
    expect(await hits('zzz')).toEqual([]);
    expect(refusal(await api.get('/v1/find'))).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('the doctor checks the app over its own connections', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const { body } = await api.get('/v1/doctor');

    const subjects = body.findings.map(({ subject }: { subject: string }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining(['node', 'machine ship', 'store', 'schema', 'queues', 'archive']),
    );
    expect(
      body.findings.filter(({ severity }: { severity: string }) => severity === 'broken'),
    ).toEqual([]);
  });
});
