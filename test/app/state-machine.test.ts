/** Single executions of a program: results, names, refusals, and a stop midway. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { openApp } from '../support/open-app.ts';
import { HeldHandler } from '../support/role-harness.ts';
import { until } from '../support/signal.ts';

const task = (Resource: string) => ({
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource, End: true } },
});

describe('execute', () => {
  it('execute returns the output of an execution, or its error and cause', async () => {
    const definition = {
      StartAt: 'Good',
      States: {
        Good: {
          Type: 'Choice',
          Choices: [{ Variable: '$.good', BooleanEquals: true, Next: 'Fine' }],
          Default: 'Bad',
        },
        Fine: { Type: 'Pass', Result: [1, 'two', null], End: true },
        Bad: { Type: 'Fail', Error: 'Odd', Cause: 'not good' },
      },
    };
    const app = await openApp({ machines: { judge: { definition } } });
    const machine = app.machine('judge');

    expect(await machine.execute({ good: true })).toMatchObject({
      status: 'SUCCEEDED',
      output: [1, 'two', null],
      error: null,
    });
    expect(await machine.execute({ good: false })).toMatchObject({
      status: 'FAILED',
      output: undefined,
      error: 'Odd',
      cause: 'not good',
    });
  });

  it('a state gets the output of the one before, not the execution’s input', async () => {
    const definition = {
      StartAt: 'Double',
      States: {
        Double: { Type: 'Task', Resource: 'double', Next: 'Again' },
        Again: { Type: 'Task', Resource: 'double', End: true },
      },
    };
    const handlers = { double: (n: number) => n * 2 };
    const app = await openApp({ machines: { m: { definition } }, handlers });

    expect((await app.machine('m').execute(5)).output).toBe(20);
  });

  it('a name that was used returns the first execution, whatever the input', async () => {
    const inputs: Json[] = [];
    const handlers = {
      work: (input: Json) => {
        inputs.push(input);
        return input;
      },
    };
    const machines = { m: { definition: task('work') }, other: { definition: task('work') } };
    const app = await openApp({ machines, handlers });

    const first = await app.machine('m').execute({ n: 1 }, { name: 'once' });
    const second = await app.machine('m').execute({ n: 2 }, { name: 'once' });
    const elsewhere = await app.machine('other').execute({ n: 3 }, { name: 'once' });

    expect(second).toEqual(first);
    expect(elsewhere.output).toEqual({ n: 3 });
    expect(inputs).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('two callers of one name run one execution, and both get its result', async () => {
    const work = new HeldHandler();
    const machines = { m: { definition: task('work') } };
    const app = await openApp({ machines, handlers: { work: work.handler } });

    const both = [1, 2].map((n) => app.machine('m').execute(n, { name: 'same' }));
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0, 'one answer');

    const [one, other] = await Promise.all(both);
    expect(other).toEqual(one);
    expect(work.calls).toHaveLength(1);
  });

  it('keys such as __proto__ and $ are data in input and output', async () => {
    const text = '{"__proto__":{"a":1},"$":2,"constructor":{"prototype":3}}';
    const handlers = { echo: (input: Json) => input };
    const app = await openApp({ machines: { m: { definition: task('echo') } }, handlers });

    const { output } = await app.machine('m').execute(JSON.parse(text));

    expect(JSON.stringify(output)).toBe(text);
  });

  it('a machine whose handler is missing is refused, and nothing is recorded', async () => {
    const app = await openApp({ machines: { m: { definition: task('charge') } } });

    await expect(app.machine('m').execute({})).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      message: expect.stringMatching(/'charge' at \/States\/Work/),
    });

    expect((await app.drivers.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
  });

  it('an input over the limit or a bad name is refused, and nothing is recorded', async () => {
    const definition = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };
    const app = await openApp({ machines: { m: { definition } }, payloadBytesMax: 1_000 });
    const machine = app.machine('m');

    await expect(machine.execute('x'.repeat(999))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    for (const name of ['', 'a b', 'x'.repeat(81)]) {
      await expect(machine.execute({}, { name })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }

    expect((await app.drivers.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
  });

  it('a stopped run leaves its execution in the store, for a run that continues it', async () => {
    const work = new HeldHandler();
    const machines = { m: { definition: task('work') } };
    const app = await openApp({ machines, handlers: { work: work.handler } });
    const stopping = new AbortController();
    const run = app.machine('m').execute(1, { name: 'long', signal: stopping.signal });
    const stopped = expect(run).rejects.toMatchObject({ code: 'STOPPED' });
    await until(() => work.calls.length === 1, 'the call');

    stopping.abort();

    await stopped;
    const again = app.machine('m').execute(2, { name: 'long' });
    await until(() => work.calls.length === 2, 'the second call');
    expect(work.calls[1]?.input).toBe(1);
    work.answer(1, 'done');
    expect(await again).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
  });

  it('a run whose signal has aborted already calls nothing', async () => {
    const work = new HeldHandler();
    const machines = { m: { definition: task('work') } };
    const app = await openApp({ machines, handlers: { work: work.handler } });

    await expect(
      app.machine('m').execute(1, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'STOPPED' });

    expect(work.calls).toEqual([]);
  });
});
