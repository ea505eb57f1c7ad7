/** Requests that break the contract of the HTTP API are refused before an operation runs. */
import { describe, expect, it } from 'vitest';
import { openStubApi } from '../support/stub-api.ts';

/** Requests that break the contract, with the detail of their refusals. */
const refusedQueries: readonly (readonly [path: string, detail: string])[] = [
  [
    '/v1/batches?limt=5',
    'query: takes limit, cursor, status, name, machineId, createdFrom, createdBefore; found "limt"',
  ],
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
    'body: takes name, id, source, path, namePrefix, values, at, item, options; found "sorce"',
  ],
  ['/v1/batches/b/pause', { now: true }, 'body: takes reason, hold; found "now"'],
  ['/v1/batches/b/delete', { now: true }, 'body: takes nothing, found "now"'],
  ['/v1/tasks', { input: 1 }, 'body: expected either a machine or a type'],
  [
    '/v1/tasks',
    { type: 't', delayMs: 1, at: 1 },
    'body: expected a delay or a time to start at, found both',
  ],
  ['/v1/tasks/redrive', { ids: [] }, 'body.ids: Too small: expected array to have >=1 items'],
];

describe('a request that breaks the contract', () => {
  it.each(refusedQueries)('the query of %s is refused', async (path, detail) => {
    const { caller, requests } = openStubApi();

    const { status, body } = await caller.get(path);

    expect({ status, detail: body.detail }).toEqual({ status: 400, detail });
    expect(requests).toEqual([]);
  });

  it.each(refusedBodies)('the body of %s is refused: %o', async (path, document, detail) => {
    const { caller, requests } = openStubApi();

    const { status, body } = await caller.post(path, document);

    expect({ status, detail: body.detail }).toEqual({ status: 400, detail });
    expect(requests).toEqual([]);
  });

  it('a body that is not JSON is refused with the place of the problem', async () => {
    const { caller } = openStubApi();

    const { status, body } = await caller.post('/v1/batches', '{"name": "a",}');

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'MALFORMED_DOCUMENT' });
    expect(body.detail).toMatch(/line 1, column 14.*remove the comma/);
  });

  it('a body without the media type of JSON is refused, as that of a form', async () => {
    const { caller, requests } = openStubApi();

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
    expect(requests).toEqual([]);
  });

  it('a body that is too large is refused, also when it is streamed', async () => {
    const { caller, requests } = openStubApi({}, { bodyBytesMax: 20 });
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
    expect(requests).toEqual([]);
  });

  it('a body that is not UTF-8 or too deeply nested is refused', async () => {
    const { caller } = openStubApi();
    const headers = { 'content-type': 'application/json' };
    const body = new Uint8Array([0x22, 0xff, 0x22]);

    const bytes = await caller.send('/v1/batches', { method: 'POST', headers, body });
    const deep = await caller.post('/v1/batches', `${'['.repeat(9_000)}${']'.repeat(9_000)}`);

    expect([bytes.body.code, deep.body.code]).toEqual(['MALFORMED_DOCUMENT', 'MALFORMED_DOCUMENT']);
  });

  it('a refusal lists the first faults of a body that has very many, and counts the others', async () => {
    const { caller } = openStubApi();
    const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, at]));

    const { status, text } = await caller.post('/v1/batches', { name: 'a', ...keys });

    expect(status).toBe(400);
    expect(text).toContain('\\"k19\\", and 49980 more');
    expect(text.length).toBeLessThan(5_000);
  });
});
