/** The shape of a configuration: every problem at once, each with its key. */
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../lib/config/check-config.ts';

const definition = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };
const machines = { order: { definition } };

/** The problems that `config` is refused with, one a line. */
function problemsOf(config: unknown): string[] {
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

describe('a configuration', () => {
  it('that is right comes back as it is, functions and all', () => {
    const config = {
      machines: {
        order: { definition, nonRetryableErrors: ['Fatal'] },
        file: { definition: 'f.yaml' },
      },
      handlers: { charge: () => 1 },
      tasks: { 'report:build': () => 1 },
      transformers: { toOrder: () => 1 },
      connections: { shop: { headers: { authorization: 'x' } }, late: () => ({}) },
      insecureHosts: ['intranet'],
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
    };

    expect(checkConfig(config, 'x')).toBe(config);
  });

  it('that is wrong in many places is told of all of them, each with its key', () => {
    const problems = problemsOf({
      machines: { 'a b': { definition }, order: { definition: 5 } },
      handlers: { charge: 'not a function' },
      tasks: { 'report build': () => 1, 'report:send': 'not a function' },
      batches: { orders: { machine: 'oder', source: { kind: 'items' } } },
      connections: { shop: { header: {} } },
      queues: { urgent: 0 },
      concurrency: 1.5,
      store: 'mysql',
      concurency: 7,
    });

    for (const expected of [
      /machines\.a b: must be 1 to 80 of the characters/,
      /machines\.order\.definition: must be the path of a definition/,
      /handlers\.charge: must be a function/,
      /tasks\.report build: a task's type is 1 to 60 .*; found "report build"/,
      /tasks\.report:send: must be a function/,
      /connections\.shop: Unrecognized key: "header"/,
      /queues\.urgent/,
      /concurrency/,
      /store/,
      /concurency/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(expected));
    }
  });

  it('whose batch names a machine that is not there is told which there are', () => {
    const batches = { orders: { machine: 'oder', source: { kind: 'items', items: [] } } };

    expect(problemsOf({ machines, batches })).toEqual([
      "batches.orders.machine: names the machine 'oder', which is not in machines (known: order)",
    ]);
  });

  it('that is none at all is refused as such', () => {
    for (const nothing of [undefined, null, 'text', []]) {
      expect(problemsOf(nothing)).toEqual([expect.stringMatching(/^default export: /)]);
    }
  });
});
