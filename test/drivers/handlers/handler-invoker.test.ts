/** Calls of handlers: names, contexts and failures. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { HandlerContext, Handlers } from '../../../lib/drivers/handlers/handler.ts';
import { HandlerInvoker } from '../../../lib/drivers/handlers/handler-invoker.ts';
import { createInvocation } from '../../support/invocation.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

const lambda = 'arn:aws:lambda:eu-central-1:123456789012:function:charge';

function createInvoker(handlers: Handlers) {
  return new HandlerInvoker(handlers, new QuietLogger());
}

/** Invokes a handler that throws `thrown`. */
function failing(thrown: unknown) {
  return createInvoker({
    charge: () => {
      throw thrown;
    },
  }).invoke(createInvocation());
}

describe('a resource', () => {
  it('a resource names a handler by its name or by a Lambda function’s ARN', async () => {
    const invoker = createInvoker({ charge: ({ amount }: { amount: number }) => amount * 2 });

    for (const resource of ['charge', lambda, `${lambda}:7`, `${lambda}:$LATEST`]) {
      expect(invoker.findRefusal({ resource })).toBeNull();
      expect(await invoker.invoke(createInvocation({ resource }))).toEqual({
        ok: true,
        result: 10,
      });
    }
  });

  it('a resource without a handler is refused and fails, and never echoes its input', async () => {
    const invoker = createInvoker({ refund: () => 1, charge2: () => 2 });

    for (const resource of ['charge', lambda, 'toString', '__proto__', 'constructor']) {
      expect(invoker.findRefusal({ resource })).toContain('known: charge2, refund');
      expect(await invoker.invoke(createInvocation({ resource }))).toMatchObject({
        ok: false,
        error: 'Millrace.UnknownHandler',
        cause: expect.stringContaining('known: charge2, refund'),
      });
    }
  });

  it('a handler that is not a function is refused when the app opens', () => {
    const handlers: Record<string, never> = JSON.parse('{"charge": "not a function"}');

    expect(() => createInvoker(handlers)).toThrow(/handlers\.charge must be a function/);
  });
});

describe('lambda:invoke', () => {
  const resource = 'arn:aws:states:::lambda:invoke';

  it('lambda:invoke calls the handler in FunctionName with the payload, and wraps its result', async () => {
    const invoker = createInvoker({ charge: ({ amount = 0 }: { amount?: number }) => amount * 2 });

    for (const FunctionName of ['charge', 'charge:live', '123456789012:function:charge', lambda]) {
      const parameters = { FunctionName, Payload: { amount: 5 } };
      expect(invoker.findRefusal({ resource, parameters })).toBeNull();
      expect(await invoker.invoke(createInvocation({ resource, parameters }))).toEqual({
        ok: true,
        result: { ExecutedVersion: '$LATEST', Payload: 10, StatusCode: 200 },
      });
    }
    const bare = createInvocation({ resource, parameters: { FunctionName: 'charge' } });
    expect(await invoker.invoke(bare)).toMatchObject({ result: { Payload: 0 } });
  });

  it('lambda:invoke with a FunctionName from the input is not refused, and fails for an unknown name', async () => {
    const invoker = createInvoker({ charge: () => 1 });
    const unknown = { FunctionName: 'ship' };

    expect(invoker.findRefusal({ resource, parameters: { 'FunctionName.$': '$.f' } })).toBeNull();
    expect(invoker.findRefusal({ resource, parameters: { FunctionName: '{% $f %}' } })).toBeNull();
    expect(invoker.findRefusal({ resource, parameters: unknown })).toContain("named 'ship'");
    for (const parameters of [unknown, {}]) {
      const answer = await invoker.invoke(createInvocation({ resource, parameters }));
      expect(answer).toMatchObject({ ok: false, error: 'Millrace.UnknownHandler' });
    }
  });

  it('lambda:invoke with a task token submits the handler’s result and has no result yet', async () => {
    let token: string | undefined;
    const invoker = createInvoker({
      charge: (_, { taskToken }) => {
        token = taskToken;
      },
    });
    const parameters = { FunctionName: 'charge' };
    const waiting = { resource: `${resource}.waitForTaskToken`, parameters, taskToken: 't-1' };

    const answer = await invoker.invoke(createInvocation({ ...waiting, pattern: 'token' }));

    expect(answer).toMatchObject({ ok: true, submitted: { Payload: null } });
    expect(token).toBe('t-1');
  });
});

describe('a handler named by an ARN', () => {
  it('a handler named by an activity’s ARN or a whole integration gets the parameters as they are', async () => {
    const integration = 'arn:aws:states:::sqs:sendMessage.sync';
    const invoker = createInvoker({ charge: (input) => input, [integration]: (input) => input });

    for (const resource of ['arn:aws:states:eu-central-1:1:activity:charge', integration]) {
      expect(await invoker.invoke(createInvocation({ resource }))).toEqual({
        ok: true,
        result: { amount: 5 },
      });
    }
  });
});

describe('the arguments of a handler', () => {
  it('a handler gets a copy of its input, and the context of the call', async () => {
    const parameters = { list: [1], __proto__: { kept: true } };
    let seen: { input: Json; context: HandlerContext } | undefined;
    const invoker = createInvoker({
      charge: (input: { list: Json[] }, context) => {
        seen = { input: structuredClone(input), context };
        input.list.push(2);
      },
    });
    let beats = 0;
    const heartbeat = () => {
      beats += 1;
    };

    const fields = { parameters, retryCount: 3, batchId: 'b', heartbeat };
    expect(await invoker.invoke(createInvocation(fields))).toEqual({ ok: true, result: null });

    expect(parameters.list).toEqual([1]);
    expect(seen?.context).toMatchObject({ retryCount: 3, batchId: 'b', idempotencyKey: 'e:2:0' });
    expect(seen?.context).not.toHaveProperty('parameters');
    seen?.context.heartbeat();
    expect(beats).toBe(1);
  });
});

describe('an error of a handler', () => {
  it('an error of a handler fails the task with the error’s name and Lambda’s cause', async () => {
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

  it('a thrown value of any type fails the task and not the process', async () => {
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

  it('a rejection of a handler fails the task with the error’s name', async () => {
    const invoker = createInvoker({ charge: () => Promise.reject(new RangeError('far')) });

    expect(await invoker.invoke(createInvocation())).toMatchObject({
      ok: false,
      error: 'RangeError',
    });
  });
});

describe('the return value of a handler', () => {
  it('a return value is converted to JSON: dates become strings, undefined is null or omitted', async () => {
    const returned = { at: new Date(0), gone: undefined, list: [undefined, 1], map: new Map() };
    const invoker = createInvoker({ charge: () => returned });

    expect(await invoker.invoke(createInvocation())).toEqual({
      ok: true,
      result: { at: '1970-01-01T00:00:00.000Z', list: [null, 1], map: {} },
    });
  });

  it('a return value that cannot be JSON fails the task', async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const value of [cycle, 10n, { deep: [1n] }]) {
      const result = await createInvoker({ charge: () => value }).invoke(createInvocation());
      expect(result).toMatchObject({ ok: false, error: 'TypeError' });
    }
  });
});
