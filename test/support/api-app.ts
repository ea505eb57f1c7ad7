/** An app behind the HTTP API, for tests of its operations. */
import { afterAll, expect, onTestFinished } from 'vitest';
import type { CallerRole } from '../../lib/api/caller-role.ts';
import type { ApiCall } from '../../lib/api/contract/contract.ts';
import { createApi } from '../../lib/api/create-api.ts';
import { apiOperations } from '../../lib/api/handlers/api-operations.ts';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { type ApiAnswer, ApiCaller } from './api-caller.ts';
import { batchEnd } from './open-app.ts';
import { QuietLogger } from './quiet-logger.ts';
import { until } from './signal.ts';

/** The circumstances of a call by an owner who does not go away. */
export const ownerCall: ApiCall = {
  signal: new AbortController().signal,
  caller: 'ada',
  role: 'owner',
  via: 'api',
  requestId: 'r-1',
  traceparent: null,
};

class Refused extends Error {
  override name = 'Refused';
}

/** Returns a machine with one Task. */
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
      options: { failurePolicy: null, toleratedFailureCount: 1 },
    },
  },
};

const succeeded = new Set<string>();

/** Fails a file of tests in which one of these operations never succeeds. */
export function covers(...groups: readonly object[]): void {
  afterAll(() => {
    const names = groups.flatMap((operations) => Object.keys(operations));
    expect(names.filter((name) => !succeeded.has(name))).toEqual([]);
  });
}

/** Returns a caller of the API of the app that `open` opens. */
export function createCaller(
  open: () => Promise<Millrace>,
  logger = new QuietLogger(),
  role: CallerRole = 'owner',
): ApiCaller {
  const api = new ApiCaller(createApi(apiOperations(open), { logger }), { role });
  onTestFinished(() => {
    for (const name of api.succeeded) succeeded.add(name);
  });
  return api;
}

/** Opens the app over `store`, and its API. @param state whether its roles run */
export async function openApiApp(
  store: Store,
  state: 'running' | 'idle' = 'running',
): Promise<{ readonly app: Millrace; readonly api: ApiCaller }> {
  const logger = new QuietLogger();
  const app = await openMillrace({ config, logger, drivers: { store } });
  onTestFinished(() => app.close());
  if (state === 'running') await app.start();
  return { app, api: createCaller(async () => app, logger) };
}

/** Returns an execution as soon as it is in `status`. */
export async function inStatus(api: ApiCaller, id: string, status: string) {
  const look = async () => (await api.get(`/v1/executions/${id}`)).body;
  await until(async () => (await look()).status === status, `${id} is ${status}`, 100_000);
  return look();
}

/** Returns when an execution waits for its work to be done, and no worker holds it. */
export async function waits(api: ApiCaller, id: string): Promise<void> {
  const look = async () => (await api.get(`/v1/tasks/${id}`)).body.state;
  await until(async () => (await look()) === 'waiting', `${id} waits`, 100_000);
}

/** Runs a batch of two executions, one of which fails. Returns its id. */
export async function endedBatch(app: Millrace, api: ApiCaller): Promise<string> {
  const { status, body } = await api.post('/v1/batches', { name: 'orders' });
  expect(status).toBe(201);
  await batchEnd(app, body.id);
  return body.id;
}

/** Returns the status and the code of a refused request. */
export function refusal({ status, body }: ApiAnswer): readonly [status: number, code: string] {
  return [status, body.code];
}
