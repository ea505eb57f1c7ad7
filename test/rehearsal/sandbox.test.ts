/** The evening in a sandbox: its steps, its report, and the commands that it runs in an account. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsCloud } from '../../rehearsal/sandbox/aws-cloud.ts';
import { writeRelease } from '../../rehearsal/sandbox/changed-config.ts';
import type { CommandCall } from '../../rehearsal/sandbox/run-command.ts';
import { runSandbox } from '../../rehearsal/sandbox/run-sandbox.ts';
import type { SandboxCloud } from '../../rehearsal/sandbox/sandbox-cloud.ts';
import { formatSandboxReport } from '../../rehearsal/sandbox/sandbox-report.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

/** A cloud in which everything works, and what was asked of it. */
function createCloud(changes: Partial<SandboxCloud> = {}) {
  const asked: string[] = [];
  const cloud: SandboxCloud = {
    describe: async () => ['region eu-central-1'],
    deploy: async (release) => {
      asked.push(`deploy ${release}`);
      if (release === 'broken') throw new Error('the layer does not exist\nin 123456789012');
      return 'outputs';
    },
    runBatch: async (name) => {
      asked.push(`batch ${name}`);
      return { status: 'SUCCEEDED', succeeded: 3, failed: 0 };
    },
    soundAlarm: async () => null,
    recordNewerSchema: async (exists) => void asked.push(`newer schema ${exists}`),
    readSchema: async () => ({ applied: 4, known: 4 }),
    destroy: async () => {
      asked.push('destroy');
      return [];
    },
    close: async () => {},
    ...changes,
  };
  return { cloud, asked };
}

async function run(cloud: SandboxCloud, interrupted = new AbortController().signal) {
  const report = await runSandbox({
    cloud,
    batch: 'orders',
    clock: new SimulatedClock(),
    keeps: false,
    interrupted,
    onStep: () => {},
  });
  return { ...report, verdicts: report.steps.map(({ verdict }) => verdict) };
}

describe('an evening in a sandbox', () => {
  it('an evening deploys, changes, rolls back over a newer schema, and deletes everything', async () => {
    const { cloud, asked } = createCloud();

    const { passed, verdicts } = await run(cloud);

    expect(passed).toBe(true);
    expect(verdicts).toEqual([
      'passed',
      'passed',
      'skipped',
      'passed',
      'passed',
      'passed',
      'passed',
    ]);
    expect(asked).toEqual([
      'deploy first',
      'batch orders',
      'deploy changed queue',
      'batch orders',
      'newer schema true',
      'deploy broken',
      'batch orders',
      'newer schema false',
      'destroy',
    ]);
  });

  it.each<[string, Partial<SandboxCloud>, RegExp]>([
    [
      'a batch fails',
      { runBatch: async () => ({ status: 'FAILED', succeeded: 1, failed: 2 }) },
      /the batch ended FAILED: 2 failed/,
    ],
    [
      'the schema is behind',
      { readSchema: async () => ({ applied: 3, known: 4 }) },
      /it has version 3, and the newest is 4/,
    ],
    ['a broken release is deployed', { deploy: async () => 'outputs' }, /broken release succeeded/],
    ['something is left', { destroy: async () => ['arn:aws:s3:::left'] }, /left over.*s3:::left/],
  ])(
    'an evening fails, and deletes everything all the same, when %s',
    async (_, changes, expected) => {
      let isDestroyed = false;
      const { cloud } = createCloud(changes);
      const destroy = cloud.destroy;
      const { passed, steps } = await run({
        ...cloud,
        destroy: () => {
          isDestroyed = true;
          return destroy();
        },
      });

      expect(passed).toBe(false);
      expect(isDestroyed).toBe(true);
      expect(steps.find(({ verdict }) => verdict === 'failed')?.reason).toMatch(expected);
    },
  );

  it('an evening that is interrupted has not passed, and deletes everything', async () => {
    const interruption = new AbortController();
    const runBatch = async () => {
      interruption.abort();
      return { status: 'SUCCEEDED', succeeded: 3, failed: 0 };
    };
    const { cloud, asked } = createCloud({ runBatch });

    const { passed, verdicts } = await run(cloud, interruption.signal);

    expect(passed).toBe(false);
    expect(verdicts.slice(0, 3)).toEqual(['passed', 'passed', 'skipped']);
    expect(asked).toEqual(['deploy first', 'destroy']);
  });

  it('the report is a table without the ids of accounts, with what failed commands printed', async () => {
    const deploy = async () => {
      throw new Error('cdk deploy ended with 1\nCREATE_FAILED in 123456789012');
    };

    const text = formatSandboxReport(await run(createCloud({ deploy }).cloud));

    expect(text).toContain('| the app is deployed | **no** | 0 s | cdk deploy ended with 1 |');
    expect(text).toContain('CREATE_FAILED in ACCOUNT');
    expect(text).not.toContain('123456789012');
  });
});

describe('the sandbox in an account', () => {
  const environment = "STORE_DRIVER='rds-data' DATABASE_CLUSTER_ARN='arn:c' DATABASE_NAME='m'";

  function createAccount(answers: Readonly<Record<string, unknown>>) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-sandbox-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const config = join(folder, 'millrace.config.mjs');
    writeFileSync(
      config,
      `export default { machines: {}, queues: { fast: 2 },
        batches: { orders: { machine: 'order', item: { name: '$.id', input: '$' },
          options: { namePrefix: 'n', retriesMax: 2 } } } };`,
    );
    const calls: CommandCall[] = [];
    const outputs = [
      { OutputKey: 'Environment', OutputValue: environment },
      { OutputKey: 'EventBus', OutputValue: 'bus' },
    ];
    const cloud = new AwsCloud({
      name: 'evening',
      folder: process.cwd(),
      config,
      millrace: ['millrace.js'],
      clock: new SimulatedClock(),
      run: async (call) => {
        calls.push(call);
        const line = call.words.join(' ');
        const known = { 'describe-stacks': { Stacks: [{ Outputs: outputs }] }, ...answers };
        const [, answer = {}] = Object.entries(known).find(([part]) => line.includes(part)) ?? [];
        return JSON.stringify(answer);
      },
    });
    return { cloud, calls, folder, config };
  }

  it('a deploy names its stacks, keeps nothing, and leaves no changed configuration behind', async () => {
    const { cloud, calls, folder } = createAccount({});

    const seen = await cloud.deploy('changed queue');

    expect(seen).toBe('outputs Environment, EventBus');
    const words = calls[0]?.words.join(' ') ?? '';
    expect(words).toMatch(/cdk deploy --all .*-c name=evening -c retain=false/);
    expect(words).toContain('.millrace-sandbox-changed-queue.config.mjs');
    expect(readdirSync(folder)).toEqual(['millrace.config.mjs']);
  });

  it('a batch is started by an event, and followed in the environment of the stack', async () => {
    const { cloud, calls } = createAccount({
      'batch get': { status: 'SUCCEEDED', succeeded: 5, failed: 0 },
    });
    await cloud.deploy('first');

    const end = await cloud.runBatch('orders');

    expect(end).toEqual({ status: 'SUCCEEDED', succeeded: 5, failed: 0 });
    const last = calls.at(-1);
    expect(last?.words).toEqual(expect.arrayContaining(['millrace.js', 'batch', 'get', '--json']));
    expect(last?.variables).toMatchObject({ STORE_DRIVER: 'rds-data', DATABASE_NAME: 'm' });
    const event = calls.find(({ words }) => words.includes('put-events'))?.words.join(' ');
    expect(event).toContain('millrace.batch.requested');
  });

  it('a deletion reports what is left with the name of a stack', async () => {
    const left = { ResourceTagMappingList: [{ ResourceARN: 'arn:aws:logs:x' }] };
    const { cloud, calls } = createAccount({ 'get-resources': left });

    expect(await cloud.destroy()).toEqual(['arn:aws:logs:x']);
    expect(calls[0]?.words.join(' ')).toMatch(/cdk destroy --all .*--force/);
  });

  it('a release changes the first queue, adds one, and is written beside the configuration', async () => {
    const { config } = createAccount({});
    const { path, remove } = writeRelease(config, 'changed queue');

    const { default: changed } = await import(path);

    remove();
    expect(changed.queues).toEqual({ fast: 2, sandbox: 1 });
    expect(changed.deployment).toEqual({ queues: { fast: { batchSize: 7 } } });
    // The third batch of the evening reads the same items as the first.
    const orders = { machine: 'order', item: { input: '$' }, options: { retriesMax: 2 } };
    expect(changed.batches).toEqual({ orders });
    expect(readFileSync(config, 'utf8')).toContain('fast: 2');
  });
});
