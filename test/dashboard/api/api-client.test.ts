/** The client of the HTTP API. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ApiClient } from '../../../dashboard/src/api/api-client.ts';
import { ApiProblem } from '../../../dashboard/src/api/api-problem.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function createClient(answer: (sent: Sent) => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const client = new ApiClient({
    baseUrl: 'https://ops.example/mill/',
    fetch: async (url, init) => {
      const request = { url, init };
      sent.push(request);
      return await answer(request);
    },
    digest: async (text) => createHash('sha256').update(text).digest('hex'),
  });
  return { client, sent };
}

function headerOf({ init }: Sent, name: string): string | null {
  return new Headers(init.headers).get(name);
}

describe('ApiClient', () => {
  it('requests go below the path of the page', async () => {
    const { client, sent } = createClient(() => Response.json({ machines: [] }));

    const reply = await client.call('listMachines', {});

    expect(reply).toEqual({ machines: [] });
    expect(sent[0]?.url).toBe('https://ops.example/mill/v1/machines');
  });

  it('a reply that has not changed is asked for by its ETag, and is the same object', async () => {
    const { client, sent } = createClient(({ init }) =>
      new Headers(init.headers).get('if-none-match') === 'W/"1"'
        ? new Response(null, { status: 304 })
        : Response.json({ machines: [] }, { headers: { etag: 'W/"1"' } }),
    );

    const first = await client.call('listMachines', {});
    const second = await client.call('listMachines', {});

    expect(second).toBe(first);
    expect(sent.map((each) => headerOf(each, 'if-none-match'))).toEqual([null, 'W/"1"']);
  });

  it('the replies of at most 100 addresses are kept', async () => {
    const { client, sent } = createClient(() =>
      Response.json({ batches: [], next: null }, { headers: { etag: 'W/"1"' } }),
    );
    for (let limit = 1; limit <= 101; limit += 1)
      await client.call('listBatches', { query: { limit } });

    await client.call('listBatches', { query: { limit: 1 } });
    await client.call('listBatches', { query: { limit: 101 } });

    expect(sent.slice(-2).map((each) => headerOf(each, 'if-none-match'))).toEqual([null, 'W/"1"']);
  });

  it('a change carries the digest of its body, which a proxy that signs requests needs', async () => {
    const { client, sent } = createClient(() => Response.json({ queue: 'low', paused: true }));

    await client.call('pauseQueue', { params: { queue: 'low' }, body: { reason: 'card service' } });

    const [request] = sent;
    expect(request?.init.method).toBe('POST');
    expect(request?.init.body).toBe('{"reason":"card service"}');
    expect(request && headerOf(request, 'x-amz-content-sha256')).toBe(
      createHash('sha256').update('{"reason":"card service"}').digest('hex'),
    );
  });

  it('a problem document becomes an error with its code and request', async () => {
    const problem = {
      status: 409,
      code: 'CONFLICT',
      detail: 'expected 1204 entries; found 1400',
      retryable: false,
      requestId: 'r-1',
      found: 1_400,
    };
    const { client } = createClient(() => Response.json(problem, { status: 409 }));

    const error = await client.call('listMachines', {}).catch((found: unknown) => found);

    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({
      message: 'expected 1204 entries; found 1400',
      code: 'CONFLICT',
      requestId: 'r-1',
      fields: { found: 1_400 },
    });
  });

  it('the error page of a proxy differs from an answer of Millrace', async () => {
    const { client } = createClient(() => new Response('<html>Bad gateway', { status: 502 }));

    await expect(client.call('listMachines', {})).rejects.toMatchObject({
      code: 'HTTP_502',
      retryable: true,
    });
  });

  it('a server that cannot be reached is a problem of its own', async () => {
    const { client } = createClient(() => Promise.reject(new TypeError('Failed to fetch')));

    await expect(client.call('listMachines', {})).rejects.toMatchObject({
      code: 'UNREACHABLE',
      status: 0,
      retryable: true,
    });
  });

  it('an aborted request is not a problem', async () => {
    const controller = new AbortController();
    const { client } = createClient(() =>
      Promise.reject(new DOMException('aborted', 'AbortError')),
    );
    controller.abort();

    const error = await client.call('listMachines', {}, controller.signal).catch((found) => found);

    expect(error).not.toBeInstanceOf(ApiProblem);
  });

  it('a document is read as text, with its whole size and whether it is masked', async () => {
    const { client, sent } = createClient(
      () =>
        new Response('{"cents":3544790567247868102', {
          headers: { 'x-millrace-bytes': '31457280', 'x-millrace-redacted': 'true' },
        }),
    );

    const read = await client.readDocument({
      params: { executionId: 'e 1', document: '12.input' },
      query: { bytes: 65_536 },
    });

    expect(read).toEqual({
      text: '{"cents":3544790567247868102',
      bytes: 31_457_280,
      redacted: true,
    });
    expect(sent[0]?.url).toBe(
      'https://ops.example/mill/v1/executions/e%201/documents/12.input?bytes=65536',
    );
  });
});
