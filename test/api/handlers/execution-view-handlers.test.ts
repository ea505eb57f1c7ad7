/** The HTTP API's operations on the inside of an execution, on each kind of store. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { executionOperations } from '../../../lib/api/contract/executions.ts';
import { type Millrace, openMillrace } from '../../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../../lib/config/config.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { covers, createCaller, inStatus, oneTask, refusal } from '../../support/api-app.ts';
import type { ApiCaller } from '../../support/api-caller.ts';
import { externalStores } from '../../support/external-store.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { until } from '../../support/signal.ts';

const { getExecutionHistory, listVisits, getIterations, getDocument, revealDocument, answerTask } =
  executionOperations;
covers({
  getExecutionHistory,
  listVisits,
  getIterations,
  getDocument,
  revealDocument,
  answerTask,
  scanExecutions: executionOperations.scanExecutions,
});

class Declined extends Error {
  override name = 'Declined';
}

const config: MillraceConfig = {
  machines: {
    pay: {
      definition: {
        StartAt: 'Load',
        States: {
          Load: { Type: 'Pass', Next: 'Lines' },
          Lines: {
            Type: 'Map',
            ItemsPath: '$.lines',
            ItemProcessor: {
              StartAt: 'Price',
              States: { Price: { Type: 'Task', Resource: 'price', End: true } },
            },
            ResultPath: null,
            Next: 'Charge',
          },
          Charge: { Type: 'Task', Resource: 'charge', End: true },
        },
      },
      nonRetryableErrors: ['Declined'],
    },
    approve: {
      definition: oneTask('arn:aws:states:us-east-1:000000000000:activity:approve'),
    },
    quick: { definition: oneTask('price'), type: 'EXPRESS' },
  },
  activities: ['approve'],
  redact: ['$.card.*'],
  handlers: {
    price: (line) => line,
    charge: ({ card }: { card: { number: number } }) => {
      throw new Declined(`not with {"password":"letmein","number":${card.number}}`);
    },
  },
};

const input = '{"id":3544790567247868102,"card":{"number":4711},"password":"x","lines":[1,2,3]}';

interface ViewApp {
  readonly app: Millrace;
  readonly owner: ApiCaller;
  readonly reader: ApiCaller;
}

async function openViewApp(store: Store): Promise<ViewApp> {
  const app = await openMillrace({ config, logger: new QuietLogger(), drivers: { store } });
  onTestFinished(() => app.close());
  await app.start();
  const open = async () => app;
  return {
    app,
    owner: createCaller(open),
    reader: createCaller(open, new QuietLogger(), 'reader'),
  };
}

/** Runs an execution of `pay` whose last state fails; returns its id. */
async function failPayment({ owner }: ViewApp): Promise<string> {
  const body = `{"machineId":"pay","input":${input}}`;
  const { executionId } = (await owner.post('/v1/executions', body)).body;
  await inStatus(owner, executionId, 'FAILED');
  return executionId;
}

const fromPage = { method: 'GET', headers: { 'sec-fetch-site': 'same-origin' } };

describe.each(externalStores())('an execution over HTTP, on a store in $kind', ({ fresh }) => {
  it('the visits of an execution are listed by place, page by page, and the failed ones', async () => {
    const view = await openViewApp(await fresh());
    const id = await failPayment(view);
    const list = async (query: string) =>
      (await view.owner.get(`/v1/executions/${id}/states?${query}`)).body;

    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.next}`);
    const lines = first.visits[1];
    const inside = await list(`place=${lines.eventId}.1`);
    const failed = await list('failed=1');

    expect([...first.visits, ...second.visits].map(({ state }) => state)).toEqual([
      'Load',
      'Lines',
      'Charge',
    ]);
    expect(second.next).toBeNull();
    expect(lines.below).toEqual({ total: 3, succeeded: 3, failed: 0, running: 0 });
    expect(inside.visits).toMatchObject([{ state: 'Price', status: 'SUCCEEDED' }]);
    expect(failed.visits).toMatchObject([{ state: 'Charge', error: 'Declined' }]);
    const { body } = await view.owner.get(`/v1/executions/${id}/iterations/${lines.eventId}`);
    expect(body).toEqual({ length: 3, runs: [['S', 3]] });
  });

  it('a history is read in both directions, by state, type and failure, without documents', async () => {
    const view = await openViewApp(await fresh());
    const id = await failPayment(view);
    const read = async (query: string) =>
      (await view.owner.get(`/v1/executions/${id}/history?${query}`)).body;
    const all = (await read('limit=1000')).events;

    const newest: { id: number }[] = [];
    for (let cursor = ''; ; ) {
      const page = await read(`order=desc&limit=4${cursor}`);
      newest.push(...page.events);
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    const charge = (await read('state=Charge')).events;
    const failures = (await read('failed=1&order=desc')).events;
    const entered = (await read('type=TaskStateEntered&documents=none')).events;

    expect(newest).toEqual(all.toReversed());
    expect(charge.map(({ type }: { type: string }) => type)).toEqual([
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
    ]);
    expect(failures.map(({ type }: { type: string }) => type)).toEqual([
      'ExecutionFailed',
      'LambdaFunctionFailed',
    ]);
    expect(entered).toHaveLength(4);
    expect(entered[0].stateEnteredEventDetails).toEqual({
      name: 'Price',
      inputDetails: { truncated: false },
    });
  });

  it('a document is read letter for letter, in parts that make up the whole', async () => {
    const { owner } = await openViewApp(await fresh());
    const text = JSON.stringify({ to: 'Zürich 😀', n: 1 });
    const started = await owner.post('/v1/executions', {
      machineId: 'quick',
      input: JSON.parse(text),
    });
    const id = started.body.executionId;
    await inStatus(owner, id, 'SUCCEEDED');
    const read = async (document: string, query = '') =>
      owner.get(`/v1/executions/${id}/documents/${document}${query}`);

    const whole = await read('input');
    const parts: string[] = [];
    for (let from = 0; from < whole.body.bytes; from += 3) {
      parts.push((await read('input', `?from=${from}&bytes=3`)).body.text);
    }

    expect(whole.body).toEqual({ text, bytes: Buffer.byteLength(text), redacted: false });
    expect(parts.join('')).toBe(text);
    expect((await read('output')).body.text).toBe(text);
    expect(JSON.parse((await read('definition')).body.text)).toMatchObject({ StartAt: 'Do' });
    expect(refusal(await owner.get(`/v1/executions/${id}/documents/12.input`))).toEqual([
      404,
      'UNKNOWN_DOCUMENT',
    ]);
    expect(refusal(await owner.get(`/v1/executions/${id}/documents/secret`))).toEqual([
      400,
      'INVALID_ARGUMENT',
    ]);
    expect((await owner.get(`/v1/executions/${id}/states`)).body.visits).toEqual([]);
  });

  it('readers see documents without their secrets, and owners reveal them', async () => {
    const view = await openViewApp(await fresh());
    const { owner, reader } = view;
    const id = await failPayment(view);
    const path = `/v1/executions/${id}`;
    const masked =
      '{"id":3544790567247868102,"card":{"number":"[redacted]"},"password":"[redacted]","lines":[1,2,3]}';

    const seen = await reader.get(`${path}/documents/2.input`);
    const onPage = await owner.send(`${path}/documents/input`, fromPage);
    const asProgram = await owner.get(`${path}/documents/input`);
    const refused = await reader.post(`${path}/documents/input/reveal`);
    const revealed = await owner.post(`${path}/documents/input/reveal`, { reason: 'a test' });

    expect(seen.body).toMatchObject({ text: masked, redacted: true, bytes: masked.length });
    expect(onPage.body).toMatchObject({ text: masked, redacted: true });
    expect(asProgram.body).toMatchObject({ redacted: false });
    expect(asProgram.body.text).toContain('4711');
    expect(refusal(refused)).toEqual([403, 'FORBIDDEN']);
    expect(revealed.body.text).toBe(asProgram.body.text);
  });

  it('no reply to a reader has a secret', async () => {
    const view = await openViewApp(await fresh());
    const { owner, reader } = view;
    const id = await failPayment(view);
    const charge = (await owner.get(`/v1/executions/${id}/states?failed=1`)).body.visits[0];
    const paths = [
      '/v1/executions',
      `/v1/executions/${id}`,
      `/v1/executions/${id}/history?limit=1000`,
      `/v1/executions/${id}/states?failed=1`,
      `/v1/executions/${id}/documents/${charge.eventId}.cause`,
      `/v1/executions/${id}/documents/${charge.eventId}.input`,
      `/v1/tasks/${id}`,
      '/v1/tasks?state=archived',
      '/v1/archive',
      `/v1/archive/${id}`,
    ];

    for (const path of paths) {
      const [open, redacted] = [await owner.get(path), await reader.get(path)];

      expect([path, redacted.status]).toEqual([path, 200]);
      expect(JSON.stringify(open.body)).toMatch(/letmein|4711/);
      expect(JSON.stringify(redacted.body)).not.toMatch(/letmein|password[^[]*"x"/);
      expect(JSON.stringify(redacted.body)).toContain('[redacted]');
    }
  });

  it('a scan finds a text, but for readers not in what they cannot see', async () => {
    const view = await openViewApp(await fresh());
    const { owner, reader } = view;
    const id = await failPayment(view);
    const scan = async (caller: ApiCaller, text: string, filter = {}) => {
      const { body } = await caller.post('/v1/executions/scan', { text, filter });
      return body.executions.map((each: { id: string }) => each.id);
    };

    expect(await scan(owner, '4711')).toEqual([id]);
    expect(await scan(reader, '4711')).toEqual([]);
    expect(await scan(reader, '"lines":[1')).toEqual([id]);
    expect(await scan(reader, '"lines":[1', { statuses: ['SUCCEEDED'] })).toEqual([]);
  });

  it('an owner answers a Task that waits, without seeing its token', async () => {
    const { app, owner, reader } = await openViewApp(await fresh());
    const start = async () =>
      (await owner.post('/v1/executions', { machineId: 'approve' })).body.executionId;
    const [yes, no] = [await start(), await start()];
    const waits = async (id: string) => {
      const { body } = await owner.get(`/v1/executions/${id}/states`);
      return body.visits[0]?.waitsFor === 'activity';
    };
    for (const id of [yes, no]) await until(() => waits(id), `${id} waits`, 100_000);
    const answer = (caller: ApiCaller, id: string, body: object, eventId = 2) =>
      caller.post(`/v1/executions/${id}/tasks/${eventId}/answer`, body);
    const { task } = (await owner.post('/v1/activities/approve/poll', { waitSeconds: 1 })).body;

    expect(task.taskToken.length).toBeGreaterThan(40);
    const history = JSON.stringify((await owner.get(`/v1/executions/${yes}/history`)).body);
    expect(history).not.toContain(task.taskToken);
    expect(refusal(await answer(reader, yes, { output: 1 }))).toEqual([403, 'FORBIDDEN']);
    expect(refusal(await answer(owner, yes, { output: 1 }, 3))).toEqual([409, 'CONFLICT']);
    expect((await answer(owner, yes, { output: { ok: true } })).body).toEqual({ accepted: true });
    expect((await answer(owner, no, { error: 'No', cause: 'way' })).status).toBe(200);
    expect((await inStatus(owner, yes, 'SUCCEEDED')).output).toEqual({ ok: true });
    expect(await inStatus(owner, no, 'FAILED')).toMatchObject({ error: 'No', cause: 'way' });
    expect(refusal(await answer(owner, yes, { output: 1 }))).toEqual([409, 'CONFLICT']);
    expect(await app.archive.missing([yes])).toEqual([yes]);
  });

  it('bad requests for the inside of an execution are refused', async () => {
    const { owner } = await openViewApp(await fresh());
    const { body } = await owner.post('/v1/executions', { machineId: 'quick' });
    const path = `/v1/executions/${body.executionId}`;

    const answers = [
      await owner.get(`${path}/states?cursor=x`),
      await owner.get(`${path}/iterations/x`),
      await owner.get(`${path}/iterations/7`),
      await owner.get(`${path}/documents/0.input`),
      await owner.get(`${path}/documents/input?bytes=0`),
      await owner.post(`${path}/tasks/2/answer`, {}),
      await owner.post('/v1/executions/scan', { filter: {} }),
      await owner.post('/v1/executions/scan', { text: 'x', filter: { statuses: [] } }),
    ];
    const unknown = [
      await owner.get('/v1/executions/no-uuid/states'),
      await owner.get('/v1/executions/no-uuid/documents/input'),
      await owner.post('/v1/executions/no-uuid/tasks/2/answer', { output: 1 }),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    expect(unknown.map(refusal)).toEqual(unknown.map(() => [404, 'UNKNOWN_EXECUTION']));
  });
});
