/** Calls of the HTTP API in this process; successful replies are checked against the contract. */
import { expect } from 'vitest';
import { contract, type OperationName } from '../../lib/api/contract/contract.ts';
import type { Operation } from '../../lib/api/contract/operation.ts';
import type { Api, Arrival } from '../../lib/api/create-api.ts';

/** The answer to a call. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test checks what it reads of a document
  readonly body: any;
  /** The body as it was sent. */
  readonly text: string;
}

/** Calls an API. */
export class ApiCaller {
  /** The operations that have succeeded. */
  readonly succeeded = new Set<OperationName>();
  readonly #api: Api;
  readonly #arrival: Arrival;

  constructor(api: Api, arrival: Arrival = {}) {
    this.#api = api;
    this.#arrival = arrival;
  }

  get(path: string): Promise<ApiAnswer> {
    return this.send(path, { method: 'GET' });
  }

  post(path: string, body?: unknown): Promise<ApiAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(text !== undefined && { body: text }),
    });
  }

  /** Sends a request of which only the status matters. */
  async probe(path: string, method: string): Promise<{ readonly status: number }> {
    const { status } = await this.#api.fetch(
      new Request(`http://localhost${path}`, { method }),
      this.#arrival,
    );
    return { status };
  }

  async send(path: string, init: RequestInit): Promise<ApiAnswer> {
    const request = new Request(`http://localhost${path}`, init);
    const response = await this.#api.fetch(request, this.#arrival);
    const text = await response.text();
    const body = parseBody(response, text);
    if (response.ok && init.method !== 'OPTIONS') this.#check(init.method ?? 'GET', path, body);
    return { status: response.status, headers: response.headers, body, text };
  }

  /** Checks that a reply is exactly what the contract says. */
  #check(method: string, path: string, body: unknown): void {
    const [bare = ''] = path.split('?');
    const found = (Object.entries(contract) as [OperationName, Operation][]).find(
      ([, operation]) => operation.method === method && compilePattern(operation.path).test(bare),
    );
    if (found === undefined) return;
    const [name, operation] = found;
    const { error } = operation.reply.safeParse(body);
    expect(error?.issues ?? [], `the reply of ${name}`).toEqual([]);
    this.succeeded.add(name);
  }
}

/** A document that is sent as text has its fields in headers. */
function parseBody({ headers, status }: Response, text: string): unknown {
  if (status === 200 && headers.get('content-type')?.startsWith('text/plain')) {
    const bytes = Number(headers.get('x-millrace-bytes'));
    return { text, bytes, redacted: headers.get('x-millrace-redacted') === 'true' };
  }
  if (headers.has('content-disposition')) return text;
  return text === '' ? null : JSON.parse(text);
}

function compilePattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
