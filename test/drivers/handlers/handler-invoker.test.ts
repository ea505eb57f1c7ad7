/** Calls of handlers: names, contexts, and every way in which one may fail. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { HandlerContext, Handlers } from '../../../lib/drivers/handlers/handler.ts';
import { HandlerInvoker } from '../../../lib/drivers/handlers/handler-invoker.ts';
import { invocationOf } from '../../support/invocation.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

const lambda = 'arn:aws:lambda:eu-central-1:123456789012:function:charge';

function invokerOf(handlers: Handlers) {
  return new HandlerInvoker(handlers, new QuietLogger());
}

/** What a handler that throws `thrown` comes to. */
function failing(thrown: unknown) {
  return invokerOf({
    charge: () => {
      throw thrown;
    },
  }).invoke(invocationOf());
}

describe('a resource', () => {
  it('names a handler plainly or as a Lambda function’s ARN, with or without a version', async () => {
    const invoker = invokerOf({ charge: ({ amount }: { amount: number }) => amount * 2 });

    for (const resource of ['charge', lambda, `${lambda}:7`, `${lambda}:$LATEST`]) {
      expect(invoker.refusal({ resource })).toBeNull();
      expect(await invoker.invoke(invocationOf({ resource }))).toEqual({ ok: true, result: 10 });
    }
  });

  it('that nobody handles is unknown and a failure, never an echo', async () => {
    const invoker = invokerOf({ refund: () => 1, charge2: () => 2 });

    for (const resource of ['charge', lambda, 'toString', '__proto__', 'constructor']) {
      expect(invoker.refusal({ resource })).toContain('known: charge2, refund');
      expect(await invoker.invoke(invocationOf({ resource }))).toMatchObject({
        ok: false,
        error: 'Millrace.UnknownHandler',
        cause: expect.stringContaining('known: charge2, refund'),
      });
    }
  }); // W09

  it('of a configuration that has no function for it is refused when the app opens', () => {
    const handlers: Record<string, never> = JSON.parse('{"charge": "not a function"}');

    expect(() => invokerOf(handlers)).toThrow(/handlers\.charge must be a function/);
  });
});

describe('lambda:invoke', () => {
  const resource = 'arn:aws:states:::lambda:invoke';

  it('calls the handler that FunctionName names with the payload, and wraps its result', async () => {
    const invoker = invokerOf({ charge: ({ amount = 0 }: { amount?: number }) => amount * 2 });

    for (const FunctionName of ['charge', 'charge:live', '123456789012:function:charge', lambda]) {
      const parameters = { FunctionName, Payload: { amount: 5 } };
      expect(invoker.refusal({ resource, parameters })).toBeNull();
      expect(await invoker.invoke(invocationOf({ resource, parameters }))).toEqual({
        ok: true,
        result: { ExecutedVersion: '$LATEST', Payload: 10, StatusCode: 200 },
      });
    }
    const bare = invocationOf({ resource, parameters: { FunctionName: 'charge' } });
    expect(await invoker.invoke(bare)).toMatchObject({ result: { Payload: 0 } });
  });

  it('may name any handler when only the input tells which, and fails when it names none', async () => {
    const invoker = invokerOf({ charge: () => 1 });
    const unknown = { FunctionName: 'ship' };

    expect(invoker.refusal({ resource, parameters: { 'FunctionName.$': '$.f' } })).toBeNull();
    expect(invoker.refusal({ resource, parameters: { FunctionName: '{% $f %}' } })).toBeNull();
    expect(invoker.refusal({ resource, parameters: unknown })).toContain("named 'ship'");
    for (const parameters of [unknown, {}]) {
      const answer = await invoker.invoke(invocationOf({ resource, parameters }));
      expect(answer).toMatchObject({ ok: false, error: 'Millrace.UnknownHandler' });
    }
  });

  it('with a task token leaves the answer to who holds it: the handler’s result is the reply', async () => {
    let token: string | undefined;
    const invoker = invokerOf({
      charge: (_, { taskToken }) => {
        token = taskToken;
      },
    });
    const parameters = { FunctionName: 'charge' };
    const waiting = { resource: `${resource}.waitForTaskToken`, parameters, taskToken: 't-1' };

    const answer = await invoker.invoke(invocationOf({ ...waiting, pattern: 'token' }));

    expect(answer).toMatchObject({ ok: true, submitted: { Payload: null } });
    expect(token).toBe('t-1');
  });
});

describe('a handler named by', () => {
  it('an activity’s ARN, or by a whole integration, is called with the parameters as they are', async () => {
    const integration = 'arn:aws:states:::sqs:sendMessage.sync';
    const invoker = invokerOf({ charge: (input) => input, [integration]: (input) => input });

    for (const resource of ['arn:aws:states:eu-central-1:1:activity:charge', integration]) {
      expect(await invoker.invoke(invocationOf({ resource }))).toEqual({
        ok: true,
        result: { amount: 5 },
      });
    }
  });
});

describe('what a handler is given', () => {
  it('is a copy of its input and all that is known about the call', async () => {
    const parameters = { list: [1], __proto__: { kept: true } };
    let seen: { input: Json; context: HandlerContext } | undefined;
    const invoker = invokerOf({
      charge: (input: { list: Json[] }, context) => {
        seen = { input: structuredClone(input), context };
        input.list.push(2);
      },
    });
    let beats = 0;
    const heartbeat = () => {
      beats += 1;
    };

    const told = { parameters, attempt: 3, batchId: 'b', heartbeat };
    expect(await invoker.invoke(invocationOf(told))).toEqual({ ok: true, result: null });

    expect(parameters.list).toEqual([1]);
    expect(seen?.context).toMatchObject({ attempt: 3, batchId: 'b', idempotencyKey: 'e:2:0' });
    expect(seen?.context).not.toHaveProperty('parameters');
    seen?.context.heartbeat();
    expect(beats).toBe(1);
  });
});

describe('what a handler throws', () => {
  it('fails the task under the error’s name, with Lambda’s cause', async () => {
    class CardDeclined extends Error {
      override readonly name = 'CardDeclined';
    }

    const result = await failing(new CardDeclined('no money'));

    expect(result).toMatchObject({ ok: false, error: 'CardDeclined' });
    const cause: { trace: string[] } = JSON.parse('cause' in result ? result.cause : '');
    expect(cause).toMatchObject({ errorType: 'CardDeclined', errorMessage: 'no money' });
    expect(cause.trace.length).toBeLessThanOrEqual(8);
    expect(cause.trace[0]).toContain('no money');
  });

  it('may be anything at all: the call fails and the process lives', async () => {
    const hostile = {
      toString() {
        throw new Error('never');
      },
    };
    const bare: unknown = Object.create(null);
    for (const thrown of ['text', 7, null, undefined, { code: 1 }, Symbol('s'), bare, hostile]) {
      expect(await failing(thrown)).toMatchObject({ ok: false, error: 'Error' });
    }
  });

  it('later, as a rejection, is the same', async () => {
    const invoker = invokerOf({ charge: () => Promise.reject(new RangeError('far')) });

    expect(await invoker.invoke(invocationOf())).toMatchObject({ ok: false, error: 'RangeError' });
  });
});

describe('what a handler returns', () => {
  it('is made JSON: dates are texts, undefined is null or gone', async () => {
    const returned = { at: new Date(0), gone: undefined, list: [undefined, 1], map: new Map() };
    const invoker = invokerOf({ charge: () => returned });

    expect(await invoker.invoke(invocationOf())).toEqual({
      ok: true,
      result: { at: '1970-01-01T00:00:00.000Z', list: [null, 1], map: {} },
    });
  });

  it('that cannot be JSON fails the task with a reason', async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const value of [cycle, 10n, { deep: [1n] }]) {
      const result = await invokerOf({ charge: () => value }).invoke(invocationOf());
      expect(result).toMatchObject({ ok: false, error: 'TypeError' });
    }
  });
});
