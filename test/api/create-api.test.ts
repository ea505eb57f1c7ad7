/** The API as HTTP sees it: what is let in, what is refused and how, what is told to the log. */
import { describe, expect, it } from 'vitest';
import {
  type ApiCall,
  contract,
  type OperationName,
  type Operations,
} from '../../lib/api/contract/contract.ts';
import { type CreateApiOptions, createApi } from '../../lib/api/create-api.ts';
import { type ProblemCode, problemStatuses, Refusal } from '../../lib/api/problem.ts';
import { type ErrorCode, MillraceError } from '../../lib/errors.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

/** One operation as a test wants it. */
type Run = (request: unknown, call: ApiCall) => Promise<unknown>;

interface Opened {
  readonly caller: ApiCaller;
  readonly logger: QuietLogger;
  /** What the operations were given, in order. */
  readonly asked: { readonly name: string; readonly request: unknown }[];
}

/** An API whose operations do as `runs` say; all others answer an empty object. */
function open(
  runs: Partial<Record<OperationName, Run>> = {},
  options: Partial<CreateApiOptions> = {},
): Opened {
  const asked: { name: string; request: unknown }[] = [];
  const logger = new QuietLogger();
  const operations = Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      async (request: unknown, call: ApiCall) => {
        asked.push({ name, request });
        return (await runs[name as OperationName]?.(request, call)) ?? {};
      },
    ]),
  ) as Record<OperationName, Run>;
  const api = createApi(operations as Operations, { logger, ...options });
  return { caller: new ApiCaller(api, { requestId: 'r-1', caller: 'arn:ada' }), logger, asked };
}

const ordered = { batchId: 'b', status: 'PAUSED', reason: null };
const accepted = { accepted: true };

describe('a request', () => {
  it('reaches its operation with its path decoded, its query read and its defaults filled in', async () => {
    const { caller, asked } = open({
      listBatches: async () => ({ batches: [], next: null }),
      pauseBatch: async () => ordered,
    });

    await caller.get('/v1/batches?limit=7&status=PAUSED');
    await caller.get('/v1/batches');
    await caller.post('/v1/batches/a%20b%3Ac/pause');

    expect(asked).toEqual([
      { name: 'listBatches', request: { params: {}, query: { limit: 7, status: 'PAUSED' } } },
      { name: 'listBatches', request: { params: {}, query: { limit: 20 } } },
      { name: 'pauseBatch', request: { params: { batchId: 'a b:c' }, query: {}, body: {} } },
    ]);
  });

  it('carries documents as they are, whatever their keys are called', async () => {
    const { caller, asked } = open({ sendTaskSuccess: async () => accepted });
    const text = '{"taskToken":"t","output":{"__proto__":{"a":1},"constructor":null}}';

    await caller.post('/v1/task-tokens/success', text);

    expect(JSON.stringify(asked[0]?.request)).toContain('{"__proto__":{"a":1},"constructor":null}');
  });

  it('is answered in JSON that nobody keeps, with its id', async () => {
    const { caller } = open({ listBatches: async () => ({ batches: [], next: null }) });

    const { status, headers, body } = await caller.get('/v1/batches');

    expect({ status, body }).toEqual({ status: 200, body: { batches: [], next: null } });
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'r-1',
    });
  });

  it('that makes something is answered 201, and 200 when it was there already', async () => {
    let created = true;
    const { caller } = open({
      startExecution: async () => ({ executionId: 'e', name: 'n', created }),
    });

    const first = await caller.post('/v1/executions', { machineId: 'm' });
    created = false;
    const second = await caller.post('/v1/executions', { machineId: 'm' });

    expect([first.status, second.status]).toEqual([201, 200]);
  });

  it('ends the work when its transport gives no more time', async () => {
    const time = new AbortController();
    let given: AbortSignal | undefined;
    const api = createApi(
      {
        getHealth: async (_: unknown, { signal }: ApiCall) => {
          given = signal;
          return { status: 'ok', version: '1', store: null };
        },
      } as Partial<Operations> as Operations,
      { logger: new QuietLogger() },
    );

    await api.fetch(new Request('https://api.test/health'), { signal: time.signal });
    time.abort();

    expect(given?.aborted).toBe(true);
  });
});

describe('a method', () => {
  it('HEAD is answered as GET is, without the document', async () => {
    const { caller } = open({
      getHealth: async () => ({ status: 'ok', version: '1', store: null }),
    });

    const { status, headers, body } = await caller.send('/health', { method: 'HEAD' });

    expect({ status, body }).toEqual({ status: 200, body: null });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('OPTIONS tells the others, and lets no foreign page in', async () => {
    const { caller } = open();

    const { status, headers } = await caller.send('/v1/tasks/run', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    });

    expect(status).toBe(204);
    expect(headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('that a path does not have is refused with those that it has', async () => {
    const { caller, asked } = open();

    const { status, headers, body } = await caller.send('/v1/batches/b/pause', { method: 'GET' });

    expect({ status, code: body.code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(headers.get('allow')).toBe('POST, OPTIONS');
    expect(asked).toEqual([]);
  });

  it('does not matter where nothing is', async () => {
    const { caller } = open();

    const answers = await Promise.all(
      ['/', '/v1', '/v2/batches', '/v1/batches/a/b/c', '/v1//batches'].map((path) =>
        caller.get(path),
      ),
    );

    expect(answers.map(({ body }) => body.code)).toEqual(Array(5).fill('UNKNOWN_PATH'));
  });
});

/** Calls that are not as the contract has them, and what is said of them. */
const refusedQueries: readonly (readonly [path: string, detail: string])[] = [
  ['/v1/batches?limt=5', 'query: takes limit, cursor, status, name; found "limt"'],
  ['/v1/machines?x=1', 'query: takes nothing, found "x"'],
  ['/v1/batches?limit=0', 'query.limit: Too small: expected number to be >=1, found 0'],
  ['/v1/batches?limit=1001', 'query.limit: Too big: expected number to be <=1000, found 1001'],
  ['/v1/batches?limit=0x10', 'query.limit: expected a whole number from 1 to 1000, found "0x10"'],
  ['/v1/batches?limit=', 'query.limit: expected a whole number from 1 to 1000, found ""'],
  ['/v1/batches?limit=1&limit=2', 'query.limit: expected once, found more than once'],
  [
    '/v1/archive?archivedFrom=yesterday',
    'query.archivedFrom: expected a time such as 2026-11-24 or 2026-11-24T08:30:00Z, found "yesterday"',
  ],
];

const refusedBodies: readonly (readonly [path: string, body: unknown, detail: string])[] = [
  ['/v1/batches', undefined, 'body: Invalid input: expected object, received undefined'],
  ['/v1/batches', {}, 'body.name: Invalid input: expected string, received undefined'],
  [
    '/v1/batches',
    { name: 'a', sorce: {} },
    'body: takes name, id, source, item, options; found "sorce"',
  ],
  ['/v1/batches/b/pause', { now: true }, 'body: takes nothing, found "now"'],
  ['/v1/tasks', { input: 1 }, 'body: expected either machineId or type'],
  ['/v1/tasks', { type: 't', delayMs: 1, at: 1 }, 'body: expected delayMs or at, found both'],
  ['/v1/tasks/run', { ids: [] }, 'body.ids: Too small: expected array to have >=1 items'],
];

describe('what is not as the contract has it', () => {
  it.each(refusedQueries)('is refused: %s', async (path, detail) => {
    const { caller, asked } = open();

    const { status, body } = await caller.get(path);

    expect({ status, detail: body.detail }).toEqual({ status: 400, detail });
    expect(asked).toEqual([]);
  });

  it.each(refusedBodies)('is refused: %s with %o', async (path, document, detail) => {
    const { caller, asked } = open();

    const { status, body } = await caller.post(path, document);

    expect({ status, detail: body.detail }).toEqual({ status: 400, detail });
    expect(asked).toEqual([]);
  });

  it('is refused with the place of the fault when it is no JSON', async () => {
    const { caller } = open();

    const { status, body } = await caller.post('/v1/batches', '{"name": "a",}');

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'MALFORMED_DOCUMENT' });
    expect(body.detail).toMatch(/line 1, column 14.*remove the comma/);
  });

  it('is refused when it does not say that it is JSON, as a form cannot', async () => {
    const { caller, asked } = open();

    const answers = await Promise.all(
      ['application/x-www-form-urlencoded', 'text/plain', 'application/jsonp'].map((type) =>
        caller.send('/v1/batches', {
          method: 'POST',
          headers: { 'content-type': type },
          body: '{"name":"a"}',
        }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([415, 415, 415]);
    expect(asked).toEqual([]);
  });

  it('is refused when it is longer than may be, however it is sent', async () => {
    const { caller, asked } = open({}, { bodyBytesMax: 20 });
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('          ')),
    });

    const { status, body } = await caller.send('/v1/batches', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit);

    expect({ status, code: body.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(asked).toEqual([]);
  });

  it('is refused when it is not UTF-8, or nested beyond what can be', async () => {
    const { caller } = open();
    const headers = { 'content-type': 'application/json' };
    const body = new Uint8Array([0x22, 0xff, 0x22]);

    const bytes = await caller.send('/v1/batches', { method: 'POST', headers, body });
    const deep = await caller.post('/v1/batches', `${'['.repeat(9_000)}${']'.repeat(9_000)}`);

    expect([bytes.body.code, deep.body.code]).toEqual(['MALFORMED_DOCUMENT', 'MALFORMED_DOCUMENT']);
  });
});

describe('a failure', () => {
  const httpCodes: readonly ProblemCode[] = [
    'UNKNOWN_PATH',
    'METHOD_NOT_ALLOWED',
    'UNSUPPORTED_MEDIA_TYPE',
    'FORBIDDEN',
    'REPLY_TOO_LARGE',
    'INTERNAL',
  ];
  const codes = Object.keys(problemStatuses).filter(
    (code) => !httpCodes.includes(code as ProblemCode),
  ) as ErrorCode[];

  it.each(codes)('%s is a problem document with its code', async (code) => {
    const { caller } = open({
      getBatch: async () => {
        throw new MillraceError(code, 'what to do', { fields: { batchId: 'b', status: 'odd' } });
      },
    });

    const { status, headers, body } = await caller.get('/v1/batches/b');

    expect(status).toBe(problemStatuses[code]);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ status, code, detail: 'what to do', batchId: 'b' });
    expect(body).toMatchObject({ retryable: false, requestId: 'r-1' });
    expect(body.type).toMatch(/^urn:millrace:problem:[a-z-]+$/);
    expect(headers.get('retry-after')).toBeNull();
  });

  it('that may pass by itself says when to come again', async () => {
    const { caller } = open({
      getBatch: async () => {
        throw new MillraceError('STORE_UNAVAILABLE', 'resuming', { retryable: true });
      },
    });

    const { status, headers, body } = await caller.get('/v1/batches/b');

    expect({ status, retryable: body.retryable }).toEqual({ status: 503, retryable: true });
    expect(headers.get('retry-after')).toBe('5');
  });

  it('that is a bug shows nothing of itself, and stands in the log under the id of its request', async () => {
    const { caller, logger } = open({
      getBatch: async () => {
        throw new TypeError('the secret is 42');
      },
    });

    const { status, body } = await caller.get('/v1/batches/b');

    expect({ status, code: body.code }).toEqual({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(body)).not.toContain('42');
    expect(logger.entries).toEqual([
      expect.objectContaining({
        level: 'error',
        message: 'the secret is 42',
        fields: expect.objectContaining({ requestId: 'r-1', code: 'INTERNAL' }),
      }),
    ]);
  });

  it('is told instead of an answer that is too long to be sent', async () => {
    const { caller } = open(
      { listBatches: async () => ({ batches: [], next: 'x'.repeat(100) }) },
      { replyBytesMax: 100 },
    );

    const { status, body } = await caller.get('/v1/batches');

    expect({ status, code: body.code }).toEqual({ status: 422, code: 'REPLY_TOO_LARGE' });
    expect(body.detail).toContain('limit');
  });
});

describe('who calls', () => {
  it('is asked about before anything is read, with what is wanted', async () => {
    const admissions: unknown[] = [];
    const { caller, asked } = open(
      { listBatches: async () => ({ batches: [], next: null }) },
      {
        authorize: (admission) => {
          admissions.push(admission);
          if (admission.changes) throw new Refusal('FORBIDDEN', 'this key only reads');
        },
      },
    );

    const read = await caller.get('/v1/batches');
    const change = await caller.post('/v1/batches/b/abort', 'no json');

    expect(read.status).toBe(200);
    expect(change).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(admissions).toEqual([
      { operation: 'listBatches', changes: false, caller: 'arn:ada' },
      { operation: 'abortBatch', changes: true, caller: 'arn:ada' },
    ]);
    expect(asked).toHaveLength(1);
  });

  it('is logged with each change, with ids and without a document', async () => {
    const { caller, logger } = open({
      startExecution: async () => ({ executionId: 'e-1', name: 'n', created: true }),
      pauseBatch: async () => ordered,
      runTasks: async () => ({ tasks: [] }),
      sendTaskSuccess: async () => accepted,
      listBatches: async () => ({ batches: [], next: null }),
    });

    await caller.post('/v1/executions', { machineId: 'm', input: { secret: 'S3CRET' } });
    await caller.post('/v1/batches/b/pause');
    await caller.post('/v1/tasks/run', { ids: ['t-1', 't-2'] });
    await caller.post('/v1/task-tokens/success', { taskToken: 'S3CRET', output: 'S3CRET' });
    await caller.get('/v1/batches?name=S3CRET');

    const who = { caller: 'arn:ada', requestId: 'r-1' };
    expect(logger.entries.map(({ fields }) => fields)).toEqual([
      { operation: 'startExecution', ...who, machineId: 'm', executionId: 'e-1', name: 'n' },
      { operation: 'pauseBatch', ...who, batchId: 'b' },
      { operation: 'runTasks', ...who, count: 2, ids: 't-1 t-2' },
      { operation: 'sendTaskSuccess', ...who },
    ]);
    expect(JSON.stringify(logger.entries)).not.toContain('S3CRET');
  });
});
