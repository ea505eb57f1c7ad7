/** An app behind the HTTP API, and what tests of its operations wait for. */
import { afterAll, expect, onTestFinished } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { apiOperations } from '../../lib/api/handlers/api-operations.ts';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { ApiCaller } from './api-caller.ts';
import { batchEnd } from './open-app.ts';
import { QuietLogger } from './quiet-logger.ts';
import { until } from './signal.ts';

class Refused extends Error {
  override name = 'Refused';
}

/** A machine of one task. */
export function oneTask(resource: string, more: object = {}) {
  return {
    StartAt: 'Do',
    States: { Do: { Type: 'Task', Resource: resource, ...more, End: true } },
  };
}

const config: MillraceConfig = {
  machines: {
    ship: { definition: oneTask('ship'), nonRetryableErrors: ['Refused'] },
    approve: {
      definition: oneTask('arn:aws:states:us-east-1:000000000000:activity:approve', {
        HeartbeatSeconds: 1_000,
      }),
    },
    slow: {
      definition: {
        StartAt: 'Rest',
        States: { Rest: { Type: 'Wait', Seconds: 9_999, End: true } },
      },
    },
  },
  activities: ['approve'],
  handlers: {
    ship: (order: { to?: string }) => {
      if (order.to === 'nowhere') throw new Refused('no such place');
      return { shipped: order.to ?? null };
    },
  },
  tasks: { 'report:build': () => ({ built: true }) },
  batches: {
    orders: {
      machine: 'ship',
      source: { kind: 'items', items: [{ to: 'Ada' }, { to: 'nowhere' }] },
      options: { failurePolicy: null },
    },
  },
};

const succeeded = new Set<string>();

/** Fails the file of tests that leaves one of these operations out. */
export function covers(...groups: readonly object[]): void {
  afterAll(() => {
    const names = groups.flatMap((operations) => Object.keys(operations));
    expect(names.filter((name) => !succeeded.has(name))).toEqual([]);
  });
}

/** @param open gives the app @param logger its */
export function callerOf(open: () => Promise<Millrace>, logger = new QuietLogger()): ApiCaller {
  const api = new ApiCaller(createApi(apiOperations(open), { logger }));
  onTestFinished(() => {
    for (const name of api.succeeded) succeeded.add(name);
  });
  return api;
}

/** The app over `store` and its API. @param parts whether its roles run */
export async function openApiApp(
  store: Store,
  parts: 'running' | 'still' = 'running',
): Promise<{ readonly app: Millrace; readonly api: ApiCaller }> {
  const logger = new QuietLogger();
  const app = await openMillrace({ config, logger, stores: { store } });
  onTestFinished(() => app.close());
  if (parts === 'running') await app.start();
  return { app, api: callerOf(async () => app, logger) };
}

/** The document of an execution that has come to `status`. */
export async function inStatus(api: ApiCaller, id: string, status: string) {
  const look = async () => (await api.get(`/v1/executions/${id}`)).body;
  await until(async () => (await look()).status === status, `${id} is ${status}`, 100_000);
  return look();
}

/** Resolves when the execution waits for its work to be done, and no worker holds it. */
export async function waits(api: ApiCaller, id: string): Promise<void> {
  const look = async () => (await api.get(`/v1/tasks/${id}`)).body.state;
  await until(async () => (await look()) === 'waiting', `${id} waits`, 100_000);
}

/** A batch of two, one of which fails for good. */
export async function endedBatch(app: Millrace, api: ApiCaller): Promise<string> {
  const { status, body } = await api.post('/v1/batches', { name: 'orders' });
  expect(status).toBe(201);
  await batchEnd(app, body.id);
  return body.id;
}
