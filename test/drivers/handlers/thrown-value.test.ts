/** What becomes of anything that a handler can throw. */
import { describe, expect, it } from 'vitest';
import { toFailure } from '../../../lib/drivers/handlers/thrown-value.ts';
import { causeCharsMax, errorCharsMax } from '../../../lib/engine/limits.ts';

/** Where Millrace's own code is. */
const own = new URL('../../../lib/', import.meta.url).href;

it.each([
  [
    'after those of the handler are dropped',
    [
      '    at charge (file:///shop/handlers.ts:12:3)',
      `    at call (${own}drivers/handlers/handler-invoker.ts:1:2)`,
      '    at new Promise (<anonymous>)',
    ],
    1,
  ],
  [
    'between those of the handler are kept',
    [
      `    at requireMachine (${own}operations/machines.ts:3:4)`,
      '    at charge (file:///shop/handlers.ts:12:3)',
      `    at call (${own}drivers/handlers/handler-invoker.ts:1:2)`,
    ],
    2,
  ],
  ['are kept where there are no others', [`    at call (${own}drivers/handlers/a.ts:1:2)`], 1],
])('calls of Millrace itself in the trace of a failure %s', (_, frames, kept) => {
  const error = errorWith({ stack: { value: ['Error: no', ...frames].join('\n') } });

  const { trace } = JSON.parse(toFailure(error).cause);

  expect(trace).toEqual(['Error: no', ...frames.slice(0, kept)]);
});

/** Returns an error with these properties, as they are. */
function errorWith(properties: PropertyDescriptorMap & ThisType<unknown>): Error {
  return Object.defineProperties(new Error('message'), properties);
}

const throwing: PropertyDescriptor = {
  get() {
    throw new Error('a getter of the thrown value');
  },
};

/** A loop of causes, and of inner errors. */
function endless(): Error {
  const error = new AggregateError([], 'endless');
  error.errors.push(error, error);
  error.cause = error;
  return error;
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();

const thrownValues: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 42],
  ['a bigint', 42n],
  ['a symbol', Symbol('why')],
  ['a function', () => 1],
  ['an object', { code: 7, detail: 'of it' }],
  ['an object without a prototype', Object.create(null)],
  ['an array', [1, [2]]],
  ['an object whose toString throws', { toString: throwing.get }],
  ['an object that inspects itself', { [Symbol.for('nodejs.util.inspect.custom')]: throwing.get }],
  ['a revoked proxy', revoked.proxy],
  ['an error whose message throws', errorWith({ message: throwing })],
  ['an error whose name throws', errorWith({ name: throwing })],
  ['an error whose stack throws', errorWith({ stack: throwing })],
  ['an error whose cause throws', errorWith({ cause: throwing })],
  ['an error whose name is a number', errorWith({ name: { value: 7 } })],
  ['an error whose name is undefined', errorWith({ name: { value: undefined } })],
  ['an error whose name is empty', errorWith({ name: { value: '' } })],
  ['an error whose name is an object', errorWith({ name: { value: { a: 1 } } })],
  ['an error whose message is an object', errorWith({ message: { value: { a: 1 } } })],
  ['an error whose stack is a number', errorWith({ stack: { value: 1 } })],
  ['an error whose errors are no list', errorWith({ errors: { value: 'none' } })],
  ['an error whose errors are a proxy', errorWith({ errors: { value: revoked.proxy } })],
  ['an error whose name is endless', errorWith({ name: { value: 'n'.repeat(100_000) } })],
  ['an error whose message is endless', errorWith({ message: { value: '\u0001'.repeat(9e6) } })],
  ['an error that holds itself', endless()],
  ['an error in a class of its own', new (class Declined extends Error {})('no')],
];

describe('what a handler throws', () => {
  it.each(thrownValues)('%s becomes a failure with texts of limited length', (_, thrown) => {
    const { ok, error, cause } = toFailure(thrown);

    expect(ok).toBe(false);
    expect(error).toMatch(/\S/);
    expect(error.length).toBeLessThanOrEqual(errorCharsMax);
    expect(cause.length).toBeLessThanOrEqual(causeCharsMax);
    expect(JSON.parse(cause)).toMatchObject({
      errorType: error,
      errorMessage: expect.any(String),
      trace: expect.any(Array),
    });
  });

  it('the cause of an error and the code of that are kept, to a limited depth', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

    const { error, cause } = toFailure(new TypeError('fetch failed', { cause: refused }));

    expect(error).toBe('TypeError');
    expect(JSON.parse(cause)).toMatchObject({
      errorMessage: 'fetch failed',
      cause: {
        errorType: 'Error',
        errorMessage: 'connect ECONNREFUSED',
        code: 'ECONNREFUSED',
      },
    });
  });

  it('the inner errors of an AggregateError are kept, and are its message when it has none', () => {
    const inner = [new RangeError('too far'), 'plain text'];

    const { error, cause } = toFailure(new AggregateError(inner));

    expect(error).toBe('AggregateError');
    expect(JSON.parse(cause)).toMatchObject({
      errorMessage: 'too far; plain text',
      errors: [
        { errorType: 'RangeError', errorMessage: 'too far' },
        { errorType: 'Error', errorMessage: 'plain text' },
      ],
    });
  });

  it('a thrown object is shown with its fields', () => {
    const { error, cause } = toFailure({ code: 'E7', detail: { at: [1, 2] } });

    expect(error).toBe('Error');
    expect(JSON.parse(cause).errorMessage).toBe("{ code: 'E7', detail: { at: [ 1, 2 ] } }");
  });
});
