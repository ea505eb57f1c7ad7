/** The shape of a configuration. */
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../lib/config/check-config.ts';

const definition = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };
const machines = { order: { definition } };

/** Returns the problems that `config` is refused with, one for each line. */
function findProblems(config: unknown): string[] {
  try {
    checkConfig(config, 'millrace.config.ts');
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    const [head, ...problems] = error instanceof Error ? error.message.split('\n') : [];
    expect(head).toBe('millrace.config.ts is not a valid configuration:');
    return problems.map((problem) => problem.trim());
  }
}

describe('checkConfig', () => {
  it('a valid configuration is returned unchanged, with its functions', () => {
    const config = {
      machines: {
        order: { definition, nonRetryableErrors: ['Fatal'] },
        file: { definition: 'f.yaml' },
      },
      handlers: { charge: () => 1 },
      tasks: { 'report:build': () => 1 },
      transformers: { toOrder: () => 1 },
      connections: {
        shop: { origins: ['https://shop.example'], headers: { authorization: 'x' } },
        late: { origins: ['https://late.example:8443/'], open: () => ({}) },
      },
      insecureHosts: ['intranet'],
      privateHosts: ['localhost:8080', '[::1]'],
      integrations: ['*', 'aws-sdk:s3:getObject', 'dynamodb:*', 'http:invoke'],
      batches: {
        orders: { machine: 'order', source: { kind: 'items', items: [] }, summarize: () => ({}) },
      },
      queues: { urgent: 10, rest: 1 },
      strictPriority: true,
      store: 'memory',
      objects: { driver: 's3', endpoint: 'http://localhost:4566', pathStyle: true },
      concurrency: 5,
      leaseSeconds: 60,
      retentionDays: 0.5,
      executionNameDays: 1,
      auditRetentionDays: 800,
      alerts: { queueAgeMinutes: 5, failureRate: false, workerLost: false, clockSkew: 0.5 },
      webhooks: {
        alerts: [{ url: 'https://hooks.example.com/a', secret: 'sixteen letters!' }],
        secrets: { ops: () => 'read at each request' },
        privateHosts: ['hooks.internal'],
      },
    };

    expect(checkConfig(config, 'x')).toBe(config);
  });

  it('every problem of a configuration is reported with its key', () => {
    const problems = findProblems({
      machines: { 'a b': { definition }, order: { definition: 5 } },
      handlers: { charge: 'not a function' },
      tasks: { 'report build': () => 1, 'report:send': 'not a function' },
      batches: { orders: { machine: 'oder', source: { kind: 'items' } } },
      connections: {
        shop: { header: {} },
        late: () => ({}),
        far: { origins: ['https://api.example.com/v1'] },
        none: { origins: [] },
      },
      privateHosts: ['http://localhost'],
      integrations: ['s3'],
      queues: { urgent: 0 },
      concurrency: 1.5,
      store: 'mysql',
      concurency: 7,
    });

    for (const expected of [
      /machines\.a b: a name contains no white space/,
      /machines\.order\.definition: must be the path of a definition/,
      /handlers\.charge: must be a function/,
      /tasks\.report build: a task's type is 1 to 60 .*; found "report build"/,
      /tasks\.report:send: must be a function/,
      /connections\.shop: Unrecognized key: "header"/,
      /connections\.shop\.origins: must list the origins/,
      /connections\.late: must be \{ origins, open \}/,
      /connections\.far\.origins\.0: must be an origin/,
      /connections\.none\.origins: must list the origins/,
      /privateHosts\.0: must be the name or the address of a host/,
      /integrations\.0: must be SERVICE:ACTION/,
      /queues\.urgent/,
      /concurrency/,
      /store/,
      /concurency/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(expected));
    }
  });

  it.each([
    [{ executionNameDays: 29 }, 30],
    [{ executionNameDays: 99, retentionDays: 100 }, 100],
  ])('%o is refused: what is kept keeps its name', (days, kept) => {
    expect(findProblems({ machines, ...days })).toContainEqual(
      expect.stringMatching(
        new RegExp(`executionNameDays: must be at least retentionDays, ${kept}:`),
      ),
    );
  });

  it('alert rules and webhooks are checked field by field', () => {
    const problems = findProblems({
      machines,
      auditRetentionDays: 0,
      alerts: { queueAgeMinutes: 0, failureRate: 1.5, batchPaused: 'yes', disk: true },
      webhooks: {
        alerts: [{ url: 'hooks.example.com', secret: 'short' }],
        secrets: { ops: 7 },
      },
    });

    for (const expected of [
      /auditRetentionDays/,
      /alerts\.queueAgeMinutes: .*>0/,
      /alerts\.failureRate: .*<=1/,
      /alerts\.batchPaused/,
      /alerts: Unrecognized key: "disk"/,
      /webhooks\.alerts\.0\.url/,
      /webhooks\.alerts\.0\.secret: .*16 characters/,
      /webhooks\.secrets\.ops: must be a text of at least 16 characters/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(expected));
    }
  });

  it('a batch of an unknown machine is refused with the known machines', () => {
    const batches = { orders: { machine: 'oder', source: { kind: 'items', items: [] } } };

    expect(findProblems({ machines, batches })).toEqual([
      "batches.orders.machine: names the machine 'oder', which is not in machines (known: order; did you mean 'order'?)",
    ]);
  });

  it('a value that is no configuration is refused as a whole', () => {
    for (const nothing of [undefined, null, 'text', []]) {
      expect(findProblems(nothing)).toEqual([expect.stringMatching(/^default export: /)]);
    }
  });
});
