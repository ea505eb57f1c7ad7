/** Names and payloads that the type of a configuration knows: tsc checks the lines marked here. */
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { ExecutionResult } from '../../lib/app/state-machine.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { defineConfig, defineMachine, type MillraceConfig } from '../../lib/config/config.ts';
import type {
  BatchName,
  HandlerName,
  MachineId,
  QueueName,
} from '../../lib/config/typing/typed-config.ts';

const double = {
  QueryLanguage: 'JSONata',
  StartAt: 'Double',
  States: { Double: { Type: 'Pass', Output: '{% {"n": $states.input.n * 2} %}', End: true } },
};
const number = z.object({ n: z.number() });
const config = defineConfig({
  machines: {
    double: defineMachine({ definition: double, input: number, output: number }),
    any: { definition: double },
    strict: { definition: double, output: z.object({ n: z.number().max(10) }) },
  },
  handlers: { charge: (order: { id: number }) => order.id },
  queues: { default: 2, slow: 1 },
  batches: {
    doubles: {
      machine: 'double',
      source: { kind: 'items', items: [{ n: 1 }, { n: 'x' }] },
      options: { priority: 'slow', retriesMax: 0 },
    },
  },
});

async function openApp() {
  const app = await openMillrace({ config, flags: { store: 'memory', broker: 'memory' } });
  onTestFinished(() => app.close());
  return app;
}

/** Calls that must not compile; they are never run. */
async function wrongNames(): Promise<void> {
  const app = await openApp();
  // @ts-expect-error no machine has this name
  app.machine('duble');
  // @ts-expect-error no batch has this name
  await app.batches.start('dubles');
  // @ts-expect-error no machine has this name
  await app.executions.start({ machineId: 'duble' });
  const client = app.queueClient();
  // @ts-expect-error no machine has this name
  await client.enqueueExecution({ machineId: 'duble' });
  // @ts-expect-error no queue has this name
  await client.enqueueExecution({ machineId: 'double' }, { priority: 'nosuch' });
  // @ts-expect-error no queue has this name
  await client.enqueueExecutionWithPriority({ machineId: 'double' }, 'nosuch');
  // @ts-expect-error the schema of inputs wants a number
  await app.machine('double').execute({ n: '1' });
  defineConfig({
    machines: { double: { definition: double } },
    batches: {
      // @ts-expect-error no machine has this name
      doubles: { machine: 'duble', source: { kind: 'items', items: [] } },
    },
  });
  defineConfig({
    machines: { double: { definition: double } },
    batches: {
      doubles: {
        machine: 'double',
        source: { kind: 'items', items: [] },
        // @ts-expect-error no queue has this name
        options: { priority: 'nosuch' },
      },
    },
  });
  // @ts-expect-error a configuration has no such key
  defineConfig({ machines: {}, machine: {} });
}

describe('the types of a configuration', () => {
  it('the names and payloads of a configuration are known to the compiler', () => {
    type Config = typeof config;

    expectTypeOf<MachineId<Config>>().toEqualTypeOf<'double' | 'any' | 'strict'>();
    expectTypeOf<BatchName<Config>>().toEqualTypeOf<'doubles'>();
    expectTypeOf<HandlerName<Config>>().toEqualTypeOf<'charge'>();
    expectTypeOf<QueueName<Config>>().toEqualTypeOf<'default' | 'slow'>();
    expectTypeOf<QueueName<{ machines: { a: { definition: 'a' } } }>>().toEqualTypeOf<
      'critical' | 'default' | 'low'
    >();
    expectTypeOf<MachineId<MillraceConfig>>().toEqualTypeOf<string>();
    expect(wrongNames).toBeTypeOf('function');
  });

  it('a schema gives execute its types, and other machines take any JSON', async () => {
    const app = await openApp();

    const typed = await app.machine('double').execute({ n: 2 });
    const untyped = await app.machine('any').execute({ n: 3 });

    expectTypeOf(typed).toEqualTypeOf<ExecutionResult<{ n: number }>>();
    expectTypeOf(untyped).toEqualTypeOf<ExecutionResult<Json>>();
    expect([typed.output, untyped.output]).toEqual([{ n: 4 }, { n: 6 }]);
  });
});

describe('schemas of payloads', () => {
  const message =
    "the input does not match the schema of the machine 'double': n: Invalid input: expected number, received string";

  it('an input that does not match is refused wherever an execution is to be recorded', async () => {
    const app = await openApp();
    const machine = app.machine('double');
    const wrong = JSON.parse('{"n":"x"}');
    const refusal = { code: 'INVALID_ARGUMENT', message };

    await expect(machine.execute(wrong)).rejects.toMatchObject(refusal);
    await expect(app.executions.start({ machineId: 'double', input: wrong })).rejects.toMatchObject(
      refusal,
    );
    await expect(
      app.queueClient().enqueueExecution({ machineId: 'double', input: wrong }),
    ).rejects.toMatchObject(refusal);
    expect((await app.executions.list()).entries).toEqual([]);
  });

  it('an item of a batch that does not match becomes an execution that fails with the reason', async () => {
    const app = await openApp();

    const batch = await app.machine('double').executeBatch({
      name: 'doubles',
      source: { kind: 'items', items: [{ n: 1 }, { n: 'x' }] },
    });
    const { entries } = await app.executions.list({ batchId: batch.id, status: 'FAILED' });

    expect(batch).toMatchObject({ succeeded: 1, failed: 1 });
    const failed = await app.executions.get(entries[0]?.id ?? '');
    expect(failed).toMatchObject({ input: { n: 'x' }, cause: message });
  });

  it('a nested execution whose input does not match fails the Task that starts it', async () => {
    const parent = {
      StartAt: 'Start',
      States: {
        Start: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Parameters: { StateMachineArn: 'double', Input: { n: 'x' } },
          End: true,
        },
      },
    };
    const machines = { ...config.machines, parent: { definition: parent } };
    const app = await openMillrace({
      config: { machines },
      flags: { store: 'memory', broker: 'memory' },
    });
    onTestFinished(() => app.close());

    expect(await app.machine('parent').execute({})).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.ValidationException',
      cause: expect.stringContaining(message),
    });
  });

  it('an output that does not match rejects the execution that returns it', async () => {
    const app = await openApp();

    await expect(app.machine('strict').execute({ n: 6 })).rejects.toMatchObject({
      code: 'INVALID_OUTPUT',
      message: expect.stringContaining("the schema of the machine 'strict': n: Too big"),
    });
  });

  it('a schema that checks asynchronously refuses every input, and says why', async () => {
    const late = z.object({}).refine(async () => true);
    const app = await openMillrace({
      config: { machines: { late: { definition: double, input: late } } },
      flags: { store: 'memory', broker: 'memory' },
    });
    onTestFinished(() => app.close());

    await expect(app.machine('late').execute({})).rejects.toThrow('checks asynchronously');
  });

  it('a schema that is none is refused with its key', async () => {
    const machine = JSON.parse('{"definition":{},"input":{"type":"object"}}');

    await expect(openMillrace({ config: { machines: { a: machine } } })).rejects.toThrow(
      'machines.a.input: must be a schema of zod',
    );
  });
});
