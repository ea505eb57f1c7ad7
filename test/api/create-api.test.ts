/** The API as HTTP sees it: what it accepts, what it refuses and how, and what it logs. */
import { describe, expect, it } from 'vitest';
import { type CallerRole, callerRoles, mayCall } from '../../lib/api/caller-role.ts';
import { type ApiCall, contract, type Operations } from '../../lib/api/contract/contract.ts';
import type { Operation } from '../../lib/api/contract/operation.ts';
import { type ApiChange, createApi } from '../../lib/api/create-api.ts';
import { type ProblemCode, problemStatuses } from '../../lib/api/problem.ts';
import { type ErrorCode, MillraceError } from '../../lib/errors.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { openStubApi } from '../support/stub-api.ts';

const pausedBatch = { batchId: 'b', status: 'PAUSED', reason: null };
const accepted = { accepted: true };
const operations: [string, Operation][] = Object.entries(contract);
const noRows = { rows: 0, backTo: null, isAll: true };
const allowedNeeds: Record<CallerRole, Operation['needs'][]> = {
  reader: ['read'],
  operator: ['operate', 'read'],
  owner: ['operate', 'own', 'read'],
};

describe('a request', () => {
  it('a request reaches its operation decoded, parsed and with its defaults', async () => {
    const { caller, requests } = openStubApi({
      listBatches: async () => ({ batches: [], next: null, lookedAt: noRows }),
      pauseBatch: async () => pausedBatch,
    });

    await caller.get('/v1/batches?limit=7&status=PAUSED');
    await caller.get('/v1/batches');
    await caller.post('/v1/batches/a%20b%3Ac/pause');

    expect(requests).toEqual([
      { name: 'listBatches', request: { params: {}, query: { limit: 7, status: ['PAUSED'] } } },
      { name: 'listBatches', request: { params: {}, query: { limit: 20 } } },
      { name: 'pauseBatch', request: { params: { batchId: 'a b:c' }, query: {}, body: {} } },
    ]);
  });

  it('a document is passed on as it is, whatever its keys are called', async () => {
    const { caller, requests } = openStubApi({ sendTaskSuccess: async () => accepted });
    const text = '{"taskToken":"t","output":{"__proto__":{"a":1},"constructor":null}}';

    await caller.post('/v1/task-tokens/success', text);

    expect(JSON.stringify(requests[0]?.request)).toContain(
      '{"__proto__":{"a":1},"constructor":null}',
    );
  });

  it('a response is JSON that must not be cached, with the id of its request', async () => {
    const { caller } = openStubApi({
      listBatches: async () => ({ batches: [], next: null, lookedAt: noRows }),
    });

    const { status, headers, body } = await caller.get('/v1/batches');

    expect({ status, body }).toEqual({
      status: 200,
      body: { batches: [], next: null, lookedAt: noRows },
    });
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'r-1',
      etag: expect.stringMatching(/^W\/"[\w-]{22}"$/),
    });
  });

  it('a reader that sends the validator of a reply gets 304 until the reply changes', async () => {
    let next: string | null = null;
    const { caller } = openStubApi({
      listBatches: async () => ({ batches: [], next, lookedAt: noRows }),
    });
    const ask = (etag: string) =>
      caller.send('/v1/batches', { method: 'GET', headers: { 'if-none-match': etag } });

    const first = await caller.get('/v1/batches');
    const etag = first.headers.get('etag') ?? '';
    const same = await ask(etag);
    next = 'more';
    const other = await ask(etag);

    expect(same).toMatchObject({ status: 304, body: null });
    expect(same.headers.get('etag')).toBe(etag);
    expect(same.headers.get('cache-control')).toBe('no-store');
    expect(other).toMatchObject({ status: 200, body: { next: 'more' } });
    expect(other.headers.get('etag')).not.toBe(etag);
  });

  it('an operation that replies with text sends it letter for letter, with its size', async () => {
    const text = '{"id":3544790567247868102,"a":"</script>\u202e"';
    const { api } = openStubApi({
      getDocument: async () => ({ text, bytes: 31_457_280, redacted: true }),
    });

    const response = await api.fetch(
      new Request('http://localhost/v1/executions/e/documents/input?bytes=48'),
    );

    expect(await response.text()).toBe(text);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-millrace-bytes': '31457280',
      'x-millrace-redacted': 'true',
    });
  });

  it('a creation is answered 201, and 200 when the thing existed already', async () => {
    let created = true;
    const { caller } = openStubApi({
      startExecution: async () => ({ executionId: 'e', name: 'n', created }),
    });

    const first = await caller.post('/v1/executions', { machineId: 'm' });
    created = false;
    const second = await caller.post('/v1/executions', { machineId: 'm' });

    expect([first.status, second.status]).toEqual([201, 200]);
  });

  it('an operation is aborted when its transport runs out of time', async () => {
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

    await api.fetch(new Request('http://localhost/health'), { signal: time.signal });
    time.abort();

    expect(given?.aborted).toBe(true);
  });
});

describe('a method', () => {
  it('HEAD is answered like GET, without the document', async () => {
    const { caller } = openStubApi({
      getHealth: async () => ({ status: 'ok', version: '1', store: null }),
    });

    const { status, headers, body } = await caller.send('/health', { method: 'HEAD' });

    expect({ status, body }).toEqual({ status: 200, body: null });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('OPTIONS lists the methods of a path, and allows no other origin', async () => {
    const { caller } = openStubApi();

    const { status, headers } = await caller.send('/v1/tasks/redrive', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    });

    expect(status).toBe(204);
    expect(headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('a method that a path does not have is refused with those that it has', async () => {
    const { caller, requests } = openStubApi();

    const { status, headers, body } = await caller.send('/v1/batches/b/pause', { method: 'GET' });

    expect({ status, code: body.code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(headers.get('allow')).toBe('POST, OPTIONS');
    expect(requests).toEqual([]);
  });

  it('an unknown path is refused whatever its method', async () => {
    const { caller } = openStubApi();

    const answers = await Promise.all(
      ['/', '/v1', '/v2/batches', '/v1/batches/a/b/c', '/v1//batches'].map((path) =>
        caller.get(path),
      ),
    );

    expect(answers.map(({ body }) => body.code)).toEqual(Array(5).fill('UNKNOWN_PATH'));
  });
});

describe('a failure', () => {
  const httpCodes: readonly ProblemCode[] = [
    'UNKNOWN_PATH',
    'METHOD_NOT_ALLOWED',
    'UNSUPPORTED_MEDIA_TYPE',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'TOO_MANY_REQUESTS',
    'LOGIN_UNAVAILABLE',
    'REPLY_TOO_LARGE',
    'INTERNAL',
  ];
  const codes = Object.keys(problemStatuses).filter(
    (code) => !httpCodes.includes(code as ProblemCode),
  ) as ErrorCode[];

  it.each(codes)('an error with the code %s becomes a problem document', async (code) => {
    const { caller } = openStubApi({
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

  it('a retryable error says when to repeat the request', async () => {
    const { caller } = openStubApi({
      getBatch: async () => {
        throw new MillraceError('STORE_UNAVAILABLE', 'resuming', { retryable: true });
      },
    });

    const { status, headers, body } = await caller.get('/v1/batches/b');

    expect({ status, retryable: body.retryable }).toEqual({ status: 503, retryable: true });
    expect(headers.get('retry-after')).toBe('5');
  });

  it('a bug discloses nothing, and is logged under the id of its request', async () => {
    const { caller, logger } = openStubApi({
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

  it('a reply that is too large is replaced by a problem', async () => {
    const { caller } = openStubApi(
      { listBatches: async () => ({ batches: [], next: 'x'.repeat(100) }) },
      { replyBytesMax: 100 },
    );

    const { status, body } = await caller.get('/v1/batches');

    expect({ status, code: body.code }).toEqual({ status: 422, code: 'REPLY_TOO_LARGE' });
    expect(body.detail).toContain('limit');
  });
});

describe('who calls', () => {
  it('each role may call the operations that need it, and those of the roles below', async () => {
    for (const role of callerRoles) {
      const { caller } = openStubApi({}, {}, { role });
      const allowed = new Set<string>();
      for (const [name, { method, path, needs }] of operations) {
        const { status } = await caller.probe(path.replaceAll(/\{\w+\}/g, 'x'), method);
        if (status !== 403) allowed.add(needs);
        expect({ name, role, isAllowed: status !== 403 }).toEqual({
          name,
          role,
          isAllowed: mayCall(role, needs),
        });
      }
      expect([...allowed].toSorted()).toEqual(allowedNeeds[role]);
    }
  });

  it('a request is refused by its role before anything of it is read', async () => {
    const { caller, requests, logger } = openStubApi({}, {}, { role: 'reader' });

    const change = await caller.post('/v1/batches/b/cancel', 'no json');

    expect(change).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(change.body.detail).toMatch(/cancelBatch needs the role operator; the caller is reader/);
    expect(requests).toEqual([]);
    expect(logger.entries).toMatchObject([{ level: 'info', message: 'request refused' }]);
  });

  it('an operation is given its caller, the role and the id of the request', async () => {
    let given: ApiCall | undefined;
    const { caller } = openStubApi(
      {
        getApp: async (_, call) => {
          given = call;
          return {};
        },
      },
      {},
      { role: 'operator' },
    );

    await caller.probe('/v1/app', 'GET');

    expect(given).toMatchObject({ caller: 'arn:ada', role: 'operator', requestId: 'r-1' });
  });

  it('a change that was made reaches the audit log, and a read or a failed one does not', async () => {
    const changes: ApiChange[] = [];
    const { caller } = openStubApi(
      {
        pauseBatch: async () => pausedBatch,
        listBatches: async () => ({ batches: [], next: null, lookedAt: noRows }),
        resumeBatch: async () => {
          throw new MillraceError('CONFLICT', 'it has ended');
        },
      },
      { audit: async (change) => void changes.push(change) },
    );

    await caller.post('/v1/batches/b/pause');
    await caller.get('/v1/batches');
    await caller.post('/v1/batches/b/resume');

    expect(changes).toMatchObject([
      {
        operation: 'pauseBatch',
        call: { caller: 'arn:ada', role: 'owner', requestId: 'r-1' },
        request: { params: { batchId: 'b' }, body: {} },
        reply: pausedBatch,
      },
    ]);
  });

  it('a change is logged with its caller and ids, and without a document', async () => {
    const { caller, logger } = openStubApi({
      startExecution: async () => ({ executionId: 'e-1', name: 'n', created: true }),
      pauseBatch: async () => pausedBatch,
      redriveTasks: async () => ({ tasks: [] }),
      sendTaskSuccess: async () => accepted,
      listBatches: async () => ({ batches: [], next: null, lookedAt: noRows }),
    });

    await caller.post('/v1/executions', { machineId: 'm', input: { secret: 'S3CRET' } });
    await caller.post('/v1/batches/b/pause');
    await caller.post('/v1/tasks/redrive', { ids: ['t-1', 't-2'] });
    await caller.post('/v1/task-tokens/success', { taskToken: 'S3CRET', output: 'S3CRET' });
    await caller.get('/v1/batches?name=S3CRET');

    const who = { caller: 'arn:ada', requestId: 'r-1' };
    expect(logger.entries.map(({ fields }) => fields)).toEqual([
      { operation: 'startExecution', ...who, machineId: 'm', executionId: 'e-1', name: 'n' },
      { operation: 'pauseBatch', ...who, batchId: 'b' },
      { operation: 'redriveTasks', ...who, count: 2, ids: 't-1 t-2' },
      { operation: 'sendTaskSuccess', ...who },
    ]);
    expect(JSON.stringify(logger.entries)).not.toContain('S3CRET');
  });
});
