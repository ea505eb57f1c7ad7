/** Machines in tests: mocks, skipped time and assertions, over the real engine. */
import { AssertionError } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { type MachineRun, type StateMock, testMachine } from '../../lib/testing/index.ts';

const order: JsonObject = {
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: 'charge',
      TimeoutSeconds: 30,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3_600, MaxAttempts: 3, BackoffRate: 1 }],
      Catch: [{ ErrorEquals: ['CardRefused'], Next: 'Refused' }],
      Next: 'Rest',
    },
    Refused: { Type: 'Fail', Error: 'OrderRefused', Cause: 'the card was refused' },
    Rest: { Type: 'Wait', Seconds: 31_536_000, Next: 'Ship' },
    Ship: { Type: 'Task', Resource: 'ship', End: true },
  },
};

function runOrder(states: Readonly<Record<string, StateMock>>): Promise<MachineRun> {
  return testMachine({ definition: order }).then((machine) => machine.run({ id: 7 }, { states }));
}

const busy = { Throw: { Error: 'Busy' } };
const shipped = { Return: { shipped: true } };

describe('testMachine', () => {
  it('a run skips the time of waits and of the intervals between retries', async () => {
    const run = await runOrder({ Charge: [busy, busy, shipped], Ship: shipped });

    run.assertSucceeded({ shipped: true });
    run.assertPath(['Charge', 'Rest', 'Ship']);
    run.assertRetried('Charge', 2);
    run.assertCalledWith('Ship', { shipped: true });
    expect(run.seconds).toBe(31_536_000 + 2 * 3_600);
    expect(run.events.at(-1)?.type).toBe('ExecutionSucceeded');
  });

  it('an error that a mock throws is caught by its name', async () => {
    const refuse = () => {
      throw Object.assign(new Error('no funds'), { name: 'CardRefused' });
    };

    const run = await runOrder({ Charge: refuse });

    run.assertFailed('OrderRefused', 'refused');
    run.assertNotVisited('Rest');
    expect(run.calls).toMatchObject([
      { state: 'Charge', input: { id: 7 }, result: { ok: false, error: 'CardRefused' } },
    ]);
  });

  it('a mock that sleeps longer than the timeout of its state lets it time out', async () => {
    const run = await runOrder({ Charge: (_, { sleep }) => sleep(60), Ship: shipped });

    run.assertFailed('States.Timeout');
    expect(run.seconds).toBe(30);
  });

  it('a mock may do real work, during which no time passes', async () => {
    const slow = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

    const run = await runOrder({ Charge: slow, Ship: shipped });

    run.assertSucceeded();
    expect(run.seconds).toBe(31_536_000);
  });

  it('the clock of a test shows the time that the test asks for', async () => {
    const machine = await testMachine({
      definition: {
        QueryLanguage: 'JSONata',
        StartAt: 'Wait',
        States: {
          Wait: { Type: 'Wait', Timestamp: '2030-02-01T00:00:00Z', Next: 'Now' },
          Now: { Type: 'Pass', Output: { now: '{% $now() %}' }, End: true },
        },
      },
      at: '2030-01-01T00:00:00Z',
    });

    const run = await machine.run();

    run.assertSucceeded({ now: '2030-02-01T00:00:00.000Z' });
  });

  it('a test case of a mock file answers the states of a JSONata machine', async () => {
    const machine = await testMachine({
      definition: {
        QueryLanguage: 'JSONata',
        StartAt: 'Sum',
        States: {
          Sum: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'sum', Payload: '{% $states.input %}' },
            Output: '{% $states.result.Payload.total %}',
            Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 2 }],
            End: true,
          },
        },
      },
      machine: 'sum',
    });
    const file = {
      StateMachines: { sum: { TestCases: { Retried: { Sum: 'AtThird' } } } },
      MockedResponses: {
        AtThird: {
          '0-1': { Throw: { Error: 'Lambda.TooManyRequestsException', Cause: 'busy' } },
          '2': { Return: { StatusCode: 200, Payload: { total: 6 } } },
        },
      },
    };

    const run = await machine.run({}, { mocks: { file, testCase: 'Retried' } });

    run.assertSucceeded(6);
    run.assertRetried('Sum', 2);
  });

  it('a result that the service never returns rejects the run, although the state catches all', async () => {
    const machine = await testMachine({
      definition: {
        StartAt: 'Find',
        States: {
          Find: {
            Type: 'Task',
            Resource: 'arn:aws:states:::dynamodb:getItem',
            Parameters: { TableName: 'orders', Key: {} },
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Ship' }],
            Next: 'Ship',
          },
          Ship: { Type: 'Task', Resource: 'ship', End: true },
        },
      },
      states: { Ship: { Return: 7 } },
    });
    const wrong = { Find: () => ({ Item: 'none' }) };
    const right = { Find: { Return: { Item: { id: { S: '1' } } } } };

    const unchecked = await machine.run({}, { states: wrong });
    const checked = await machine.run({}, { states: right, fieldValidationMode: 'STRICT' });
    const refused = machine.run({}, { states: wrong, fieldValidationMode: 'PRESENT' });

    unchecked.assertSucceeded(7);
    checked.assertSucceeded(7);
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /the state 'Find' \(arn:aws:states:::dynamodb:getItem\): .* Field 'Item' must be an object/,
      ),
    });
  });

  it('the mock of a job has its request accepted first', async () => {
    const machine = await testMachine({
      definition: {
        StartAt: 'Approve',
        States: {
          Approve: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
            Parameters: { QueueUrl: 'q', MessageBody: { 'token.$': '$$.Task.Token' } },
            End: true,
          },
        },
      },
    });

    const run = await machine.run({}, { states: { Approve: { Return: { approved: true } } } });

    run.assertSucceeded({ approved: true });
    expect(run.events.map(({ type }) => type)).toContain('TaskSubmitted');
  });

  it('iterations of a Map share the answers of their state, and so do children', async () => {
    for (const Mode of ['INLINE', 'DISTRIBUTED']) {
      const machine = await testMachine({
        definition: {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemProcessor: {
                ProcessorConfig: Mode === 'INLINE' ? { Mode } : { Mode, ExecutionType: 'STANDARD' },
                StartAt: 'Double',
                States: {
                  Double: { Type: 'Task', Resource: 'double', Next: 'Rest' },
                  Rest: { Type: 'Wait', Seconds: 86_400, End: true },
                },
              },
              End: true,
            },
          },
        },
        states: { Double: { '0': { Return: 'one' }, '1-2': { Return: 'other' } } },
      });

      const run = await machine.run([1, 2, 3]);

      run.assertSucceeded();
      expect((run.output as string[]).toSorted()).toEqual(['one', 'other', 'other']);
      run.assertVisited('Double', 3);
      expect(Math.floor(run.seconds / 86_400)).toBe(1);
    }
  });

  it('a run calls the other machines of the configuration, and no handler unless it is named', async () => {
    const config = {
      machines: {
        parent: {
          definition: {
            StartAt: 'Start',
            States: {
              Start: {
                Type: 'Task',
                Resource: 'arn:aws:states:::states:startExecution.sync:2',
                Parameters: { StateMachineArn: 'child', 'Input.$': '$' },
                OutputPath: '$.Output',
                End: true,
              },
            },
          },
        },
        child: {
          type: 'EXPRESS' as const,
          definition: {
            StartAt: 'Work',
            States: { Work: { Type: 'Task', Resource: 'work', End: true } },
          },
        },
      },
      handlers: { work: () => 'done' },
    };
    const options = { config, machine: 'parent' };
    const real = await testMachine({ ...options, realHandlers: ['work'] });
    const none = await testMachine(options);

    const run = await real.run();

    run.assertSucceeded('done');
    run.assertVisited('Work');
    expect(run.path).toEqual(['Start']);
    await expect(none.run()).rejects.toThrow(
      "the state 'Work' calls 'work', which has neither a mock nor a handler in this test",
    );
  });

  it('an execution that waits for ever ends the run with the state that it waits in', async () => {
    const machine = await testMachine({
      definition: {
        StartAt: 'Paid',
        States: { Paid: { Type: 'Message', CorrelationKey: 'order', End: true } },
      },
    });

    await expect(machine.run()).rejects.toThrow("the execution never ends: it waits in 'Paid'");
  });

  it('a machine that goes round for ever fails with its history full', async () => {
    const machine = await testMachine({
      definition: {
        StartAt: 'Rest',
        States: {
          Rest: { Type: 'Wait', Seconds: 60, Next: 'Again' },
          Again: {
            Type: 'Choice',
            Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'Stop' }],
            Default: 'Rest',
          },
          Stop: { Type: 'Succeed' },
        },
      },
      config: { machines: {}, historyEventsMax: 100 },
    });

    (await machine.run()).assertFailed('States.Runtime', 'maximum number of history events');
  });

  it('a mock of a state that does not exist is refused with those that there are', async () => {
    await expect(
      testMachine({ definition: order, states: { Chrage: shipped } }),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('(its Tasks: Charge, Ship)'),
    });
  });

  it('a call beyond the answers of a mock fails the run with a cause that says so', async () => {
    (await runOrder({ Charge: [busy], Ship: shipped })).assertFailed(
      'States.Runtime',
      "the mocked response 'Charge' has no answer to call 1: its last is 0",
    );
  });
});

describe('the assertions of a run', () => {
  it('an assertion that does not hold throws an AssertionError with both values', async () => {
    const run = await runOrder({ Charge: shipped, Ship: shipped });
    const wrong = [
      () => run.assertFailed(),
      () => run.assertSucceeded({ shipped: false }),
      () => run.assertPath(['Charge', 'Ship']),
      () => run.assertVisited('Refused'),
      () => run.assertVisited('Ship', 2),
      () => run.assertNotVisited('Ship'),
      () => run.assertRetried('Charge', 1),
      () => run.assertCalledWith('Charge', { id: 8 }),
      () => run.assertMatches({ outputIncludes: { other: 1 } }),
      () => run.assertMatches({ cause: 'none' }),
    ];

    for (const each of wrong) expect(each).toThrow(AssertionError);
    expect(() => run.assertPath(['Charge', 'Ship'])).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(
          'path: expected ["Charge","Ship"], found ["Charge","Rest","Ship"]\n' +
            'the run ended SUCCEEDED\nits path: Charge → Rest → Ship\n',
        ),
        expected: ['Charge', 'Ship'],
        actual: ['Charge', 'Rest', 'Ship'],
      }),
    );
    run.assertMatches({ outputIncludes: {}, visits: ['Ship'], doesNotVisit: ['Refused'] });
  });
});
