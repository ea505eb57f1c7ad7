/** The HTTP API's operations on machines, definitions and states. */
import { describe, expect, it } from 'vitest';
import { machineOperations } from '../../../lib/api/contract/machines.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import {
  covers,
  createCaller,
  inStatus,
  oneTask,
  openApiApp,
  refusal,
} from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

covers(machineOperations);

describe.each(externalStores())('machines over HTTP, on a store in $kind', ({ fresh }) => {
  it('machines are listed and shown with their definitions', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    await api.post('/v1/tasks', { type: 'report:build' });

    const { body } = await api.get('/v1/machines');
    const newest = await api.get('/v1/machines/ship');
    const first = await api.get('/v1/machines/ship?version=1');

    expect(body.machines.map(({ id }: { id: string }) => id)).toEqual(['approve', 'ship', 'slow']);
    expect(first.body).toMatchObject({ version: 1, type: 'STANDARD', definition: oneTask('ship') });
    expect(newest.body).toEqual(first.body);
  });

  it('the versions of a machine are listed, and the graph of each is shown', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    await api.post('/v1/executions', { machineId: 'ship' });

    const versions = await api.get('/v1/machines/ship/versions');
    const graph = await api.get('/v1/machines/ship/graph?version=1');

    expect(versions.body.versions).toEqual([
      { id: 'ship', version: 1, type: 'STANDARD', createdAt: expect.any(Number), open: 1 },
    ]);
    expect(graph.body).toMatchObject({
      machineId: 'ship',
      version: 1,
      startAt: 'Do',
      scopes: [{ id: 'root', owner: null }],
      states: [{ name: 'Do', type: 'Task', resource: 'ship', isEnd: true }],
      edges: [],
    });
  });

  it('the states of the executions of a machine are shown', async () => {
    const { api } = await openApiApp(await fresh());
    const { body } = await api.post('/v1/executions', { machineId: 'ship', input: { to: 'Ada' } });
    await inStatus(api, body.executionId, 'SUCCEEDED');

    const states = await api.get('/v1/machines/ship/states?version=1');

    expect(states.body).toMatchObject({
      version: 1,
      states: [{ name: 'Do', current: 0, entered: 1, failed: 0 }],
    });
  });

  it('an unknown machine, or version of a machine, is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const answers = [
      await api.get('/v1/machines/none'),
      await api.get('/v1/machines/ship?version=2'),
      await api.get('/v1/machines/none/versions'),
      await api.get('/v1/machines/ship/graph?version=2'),
      await api.get('/v1/machines/ship/states?version=2'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [404, 'UNKNOWN_MACHINE']));
    expect(refusal(await api.get('/v1/machines/ship?version=0'))).toEqual([
      400,
      'INVALID_ARGUMENT',
    ]);
  });
});

describe('definitions over HTTP', () => {
  it('a definition is validated without opening the app', async () => {
    const api = createCaller(async () => {
      throw new Error('the app was opened');
    });
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

    const valid = await api.post('/v1/definitions/validate', { definition });
    const bad = await api.post('/v1/definitions/validate', { definition: '{"StartAt":1}' });
    const none = await api.post('/v1/definitions/validate', { severity: 'ERROR' });

    expect(valid.body).toEqual({ result: 'OK', diagnostics: [], truncated: false });
    expect(bad.body.result).toBe('FAIL');
    expect(refusal(none)).toEqual([400, 'INVALID_ARGUMENT']);
  });
});

describe('tests of states over HTTP', () => {
  it('a test of a state takes documents or texts, and calls handlers where nothing is mocked', async () => {
    const { api } = await openApiApp(openMemoryStore(), 'idle');
    const definition = { Type: 'Task', Resource: 'ship', End: true };

    const real = await api.post('/v1/states/test', { definition, input: { to: 'Ada' } });
    const mocked = await api.post('/v1/states/test', {
      definition: JSON.stringify(definition),
      mock: { errorOutput: { error: 'Broken' } },
    });

    expect(real.body).toMatchObject({ status: 'SUCCEEDED', output: '{"shipped":"Ada"}' });
    expect(mocked.body).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  it('a bad test of a state is refused', async () => {
    const { api } = await openApiApp(openMemoryStore(), 'idle');
    const definition = { Type: 'Task', Resource: 'ship', End: true };
    const test = (body: object) => api.post('/v1/states/test', body);

    expect(refusal(await test({ definition, mocks: {} }))).toEqual([400, 'INVALID_ARGUMENT']);
    expect(refusal(await test({ definition: { Type: 'None' } }))).toEqual([
      400,
      'INVALID_DEFINITION',
    ]);
    expect(refusal(await test({ definition: { ...definition, Resource: 'none' } }))).toEqual([
      422,
      'UNKNOWN_HANDLER',
    ]);
  });
});
