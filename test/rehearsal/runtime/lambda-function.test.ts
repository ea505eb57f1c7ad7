/** Functions in processes: their environment, their failures, and how processes are reused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isObject } from '../../../lib/asl/json/json.ts';
import { AccountConcurrency } from '../../../rehearsal/runtime/account-concurrency.ts';
import { findRuntimeNode } from '../../../rehearsal/runtime/find-runtime-node.ts';
import type { FunctionDefinition } from '../../../rehearsal/runtime/function-definition.ts';
import type { InvocationOutcome } from '../../../rehearsal/runtime/invocation.ts';
import { LambdaFunction } from '../../../rehearsal/runtime/lambda-function.ts';

const source = `
  import { existsSync } from 'node:fs';
  let calls = 0;
  export const handler = async (event, context) => {
    calls += 1;
    if (event.do === 'environment') return process.env;
    if (event.do === 'context') return { ...context, leftMs: context.getRemainingTimeInMillis() };
    if (event.do === 'throw') throw Object.assign(new Error('no luck'), { name: 'BadLuck' });
    if (event.do === 'exit') process.exit(3);
    if (event.do === 'hang') await new Promise(() => { setInterval(() => {}, 1000); });
    if (event.do === 'log') { console.log('said', { a: 1 }); return null; }
    if (event.do === 'eat') { const all = []; for (;;) all.push(Buffer.alloc(8_000_000, 1)); }
    if (event.do === 'large') return 'x'.repeat(7_000_000);
    if (event.do === 'wait') {
      while (!existsSync(event.until)) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (event.do === 'sleep') await new Promise((resolve) => setTimeout(resolve, event.ms));
    if (event.do === 'beat') setInterval(() => { console.log('beat'); }, 5);
    return { calls, pid: process.pid };
  };
`;

let taskRoot = '';
beforeAll(() => {
  taskRoot = mkdtempSync(join(tmpdir(), 'millrace-function-'));
  writeFileSync(join(taskRoot, 'index.mjs'), source);
  writeFileSync(join(taskRoot, 'broken.mjs'), "throw new Error('no import today')");
});
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

interface Prepared {
  readonly fn: LambdaFunction;
  readonly lines: readonly string[];
  invoke(event: object): Promise<InvocationOutcome>;
}

function prepare(
  changes: Partial<FunctionDefinition> = {},
  processesMax = 2,
  account = new AccountConcurrency(1_000),
  overtimeMs = 0,
): Prepared {
  const definition: FunctionDefinition = {
    name: 'worker',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
    version: '$LATEST',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    taskRoot,
    memoryMb: 512,
    timeoutMs: 20_000,
    variables: { COLOUR: 'green' },
    reservedConcurrency: null,
    logGroup: '/aws/lambda/worker',
    jsonLogs: true,
    ...changes,
  };
  const lines: string[] = [];
  const fn = new LambdaFunction({
    definition,
    region: 'us-east-1',
    accessKeyId: 'KEYOFWORKER',
    endpoint: 'http://localhost:1',
    node: findRuntimeNode(definition.runtime),
    tracesUrl: null,
    processesMax,
    account,
    overtimeMs,
    onLine: (line) => lines.push(line),
  });
  onTestFinished(() => fn.stop());
  return { fn, lines, invoke: (event) => fn.invoke(JSON.stringify(event)) };
}

function answerOf(outcome: InvocationOutcome): unknown {
  if (outcome.kind !== 'answered') throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.payload);
}

function fieldsOf(outcome: InvocationOutcome): Readonly<Record<string, unknown>> {
  const answer = answerOf(outcome);
  return isObject(answer) ? answer : {};
}

function errorOf(outcome: InvocationOutcome): { errorType: string; errorMessage: string } {
  if (outcome.kind !== 'failed') throw new Error(JSON.stringify(outcome));
  return outcome.error;
}

describe('the environment of a function', () => {
  it("a function gets the template's variables and Lambda's, and none of this machine", async () => {
    const { invoke } = prepare();

    const environment = fieldsOf(await invoke({ do: 'environment' }));

    expect(environment).toMatchObject({
      COLOUR: 'green',
      AWS_LAMBDA_FUNCTION_NAME: 'worker',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'KEYOFWORKER',
      AWS_ENDPOINT_URL: 'http://localhost:1',
      LAMBDA_TASK_ROOT: taskRoot,
      _HANDLER: 'index.handler',
    });
    const inherited = Object.keys(environment).filter((name) =>
      /^(?:PATH|HOME|VITEST|NODE_(?!PATH))/.test(name),
    );
    expect(inherited).toEqual([]);
  });

  it('a function finds the SDK of AWS of its runtime, wherever its asset is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-function-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, 'index.cjs'),
      "exports.handler = async () => typeof require('@aws-sdk/client-s3').S3Client;",
    );
    const { invoke } = prepare({ taskRoot: folder });

    expect(answerOf(await invoke({}))).toBe('function');
  });

  it('the context of an invocation has the remaining time', async () => {
    const { invoke } = prepare();

    const context = fieldsOf(await invoke({ do: 'context' }));

    expect(context).toMatchObject({ functionName: 'worker', memoryLimitInMB: '512' });
    expect(context.leftMs).toBeGreaterThan(10_000);
    expect(context.leftMs).toBeLessThanOrEqual(20_000);
  });
});

describe('a process of a function', () => {
  it('a process is kept and frozen between two invocations', async () => {
    const { fn, invoke, lines } = prepare();

    const first = answerOf(await invoke({ do: 'beat' }));
    const beats = lines.length;
    const second = answerOf(await invoke({}));

    expect(first).toMatchObject({ calls: 1 });
    expect(second).toMatchObject({ calls: 2 });
    expect(beats).toBeLessThan(5);
    expect(fn.stats).toMatchObject({ invocations: 2, coldStarts: 1, errors: 0 });
  });

  it('simultaneous invocations run in processes of their own', async () => {
    const { invoke } = prepare();

    const answers = await Promise.all([invoke({}), invoke({})]);

    const pids = answers.map((each) => fieldsOf(each).pid);
    expect(new Set(pids).size).toBe(2);
  });

  it('a process survives an error of its handler', async () => {
    const { invoke } = prepare();

    const outcome = await invoke({ do: 'throw' });
    const after = answerOf(await invoke({}));

    expect(errorOf(outcome)).toMatchObject({ errorType: 'BadLuck', errorMessage: 'no luck' });
    expect(after).toMatchObject({ calls: 2 });
  });

  it('a process that exits during an invocation is replaced', async () => {
    const { invoke } = prepare();

    const outcome = await invoke({ do: 'exit' });
    const after = answerOf(await invoke({}));

    expect(errorOf(outcome)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(errorOf(outcome).errorMessage).toContain('exit status 3');
    expect(after).toMatchObject({ calls: 1 });
  });

  it('an invocation that is late on a busy machine may end, and knew its deadline', async () => {
    const { fn, invoke } = prepare({ timeoutMs: 300 }, 2, new AccountConcurrency(1_000), 60_000);
    const until = join(mkdtempSync(join(tmpdir(), 'millrace-function-')), 'go');
    onTestFinished(() => rmSync(dirname(until), { recursive: true }));

    const late = invoke({ do: 'wait', until });
    await vi.waitUntil(() => fn.running === 1, { timeout: 20_000 });
    await invoke({ do: 'sleep', ms: 400 });
    writeFileSync(until, '');

    expect(fieldsOf(await late).calls).toBe(1);
    expect(fn.stats.longestMs).toBeGreaterThan(300);
    expect(fieldsOf(await invoke({ do: 'context' })).leftMs).toBeLessThanOrEqual(300);
  });

  it('a process is killed when its invocation times out', async () => {
    const { invoke } = prepare({ timeoutMs: 300 });

    const error = errorOf(await invoke({ do: 'hang' }));

    expect(error.errorType).toBe('Sandbox.Timedout');
    expect(error.errorMessage).toMatch(/Task timed out after 0\.30 seconds$/);
  });

  it('a process is killed when it uses more memory than the template allows', async () => {
    const { invoke } = prepare({ memoryMb: 256 });

    const error = errorOf(await invoke({ do: 'eat' }));

    expect(error.errorType).toBe('Runtime.ExitError');
    expect(error.errorMessage).toContain('signal: killed');
  });

  it('an invocation fails when its process is killed from outside', async () => {
    const { fn, invoke } = prepare();
    await invoke({});

    const hanging = invoke({ do: 'hang' });
    while (fn.running === 0) await Promise.resolve();
    expect(await fn.kill('running')).toBe(1);

    expect(errorOf(await hanging).errorType).toBe('Runtime.ExitError');
  });
});

describe('an invocation that fails', () => {
  it('a module that throws fails the invocation with its error', async () => {
    const { invoke } = prepare({ handler: 'broken.handler' });

    expect(errorOf(await invoke({})).errorMessage).toBe('no import today');
  });

  it('a handler that is not exported fails the invocation', async () => {
    const { invoke } = prepare({ handler: 'index.main' });

    expect(errorOf(await invoke({})).errorType).toBe('Runtime.HandlerNotFound');
  });

  it('a response of more than 6 MB fails the invocation', async () => {
    const { invoke } = prepare();

    expect(errorOf(await invoke({ do: 'large' })).errorType).toBe('Function.ResponseSizeTooLarge');
  });

  it('an invocation beyond the reserved concurrency is throttled', async () => {
    const { fn, invoke } = prepare({ reservedConcurrency: 1 });
    const first = invoke({ do: 'hang' });

    const second = await invoke({});

    expect(second).toEqual({ kind: 'throttled' });
    await fn.stop();
    expect((await first).kind).not.toBe('answered');
    expect(fn.stats.throttles).toBe(1);
  });

  it('an invocation beyond the quota of the account is throttled, unless its function reserves its own', async () => {
    const account = new AccountConcurrency(1);
    const busy = prepare({}, 2, account);
    const other = prepare({}, 2, account);
    const reserving = prepare({ reservedConcurrency: 1 }, 2, account);
    const first = busy.invoke({ do: 'hang' });

    expect(await other.invoke({})).toEqual({ kind: 'throttled' });
    expect((await reserving.invoke({})).kind).toBe('answered');
    await busy.fn.stop();
    await first;
    expect((await other.invoke({})).kind).toBe('answered');
    expect(account).toMatchObject({ peak: 1, throttled: 1 });
  });

  it('an invocation beyond the limit of the machine waits for a process', async () => {
    const { invoke } = prepare({}, 1);

    const answers = await Promise.all([invoke({}), invoke({})]);

    expect(answers.map((each) => fieldsOf(each).calls)).toEqual([1, 2]);
  });
});

describe('an update of a function', () => {
  it('an invocation that runs ends with the old code, and the ones after it have the new', async () => {
    const { fn, invoke } = prepare();
    const next = mkdtempSync(join(tmpdir(), 'millrace-function-'));
    onTestFinished(() => rmSync(next, { recursive: true }));
    writeFileSync(join(next, 'index.mjs'), "export const handler = async () => 'new';");
    const until = join(next, 'go');
    await invoke({});
    const first = invoke({ do: 'wait', until });
    await vi.waitUntil(() => fn.running === 1, { timeout: 20_000 });

    await fn.update({ ...fn.definition, taskRoot: next });

    expect(answerOf(await invoke({}))).toBe('new');
    writeFileSync(until, '');
    expect(fieldsOf(await first).calls).toBe(2);
    expect(answerOf(await invoke({}))).toBe('new');
  });
});

describe('the end of a version', () => {
  it('a version that is retired ends what it has begun, and is not invoked again', async () => {
    const { fn, invoke } = prepare();
    const folder = mkdtempSync(join(tmpdir(), 'millrace-function-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const until = join(folder, 'go');
    const begun = invoke({ do: 'wait', until });
    await vi.waitUntil(() => fn.running === 1, { timeout: 20_000 });

    const retired = fn.retire();
    writeFileSync(until, '');

    expect(fieldsOf(await begun).calls).toBe(1);
    await retired;
    expect(await invoke({})).toEqual({ kind: 'throttled' });
  });
});

describe('the console of a function', () => {
  it('console messages become lines of JSON with the JSON log format', async () => {
    const { fn, invoke, lines } = prepare();

    await invoke({ do: 'log' });
    await fn.stop();

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'INFO', message: 'said { a: 1 }' },
    ]);
  });
});
