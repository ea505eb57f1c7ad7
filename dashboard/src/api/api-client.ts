/** Calls operations of the HTTP API over `fetch`, and asks again by ETag. */
import type { ApiReply, OperationName } from '../../../lib/api/contract/contract.ts';
import { problemOfResponse, unreachable } from './api-problem.ts';
import { type Addressed, addressOf, bodyTextOf, type Call } from './api-request.ts';
import { operationRoutes } from './operation-routes.ts';

/** What the client needs of its surroundings. */
export interface ApiClientDeps {
  /** The page's base, which all addresses are relative to. */
  readonly baseUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** SHA-256 in hexadecimal; null where the browser has none (plain HTTP). */
  readonly digest: (text: string) => Promise<string | null>;
}

/** A document as text, with what the API says of it. */
export interface TextDocument {
  readonly text: string;
  /** The size of the whole document, of which `text` may be the head. */
  readonly bytes: number;
  readonly redacted: boolean;
}

interface Kept {
  readonly etag: string;
  readonly reply: unknown;
}

/** How many replies are kept for conditional requests. */
const keptMax = 100;

/** The client of the HTTP API. A reply that has not changed is the same object as before. */
export class ApiClient {
  readonly #deps: ApiClientDeps;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: ApiClientDeps) {
    this.#deps = deps;
  }

  /** Returns the address of a request as an absolute URL. */
  urlOf<Name extends OperationName>(name: Name, call: Call<Name>): string {
    return new URL(addressOf(name, call as Addressed), this.#deps.baseUrl).href;
  }

  /** Calls an operation that replies with JSON. Throws {@link ApiProblem} unless it succeeds. */
  async call<Name extends OperationName>(
    name: Name,
    call: Call<Name>,
    signal?: AbortSignal,
  ): Promise<ApiReply<Name>> {
    const url = this.urlOf(name, call);
    const [, method] = operationRoutes[name];
    if (method !== 'GET') {
      const response = await this.#send(url, await this.#change(method, call.body), signal);
      return (await response.json()) as ApiReply<Name>;
    }
    const kept = this.#kept.get(url);
    const headers = kept === undefined ? {} : { 'if-none-match': kept.etag };
    const response = await this.#send(url, { headers }, signal);
    if (response.status === 304 && kept !== undefined) return kept.reply as ApiReply<Name>;
    const reply: unknown = await response.json();
    this.#keep(url, response.headers.get('etag'), reply);
    return reply as ApiReply<Name>;
  }

  /** Reads a document, or `bytes` of it from the beginning. */
  async readDocument(call: Call<'getDocument'>, signal?: AbortSignal): Promise<TextDocument> {
    const response = await this.#send(this.urlOf('getDocument', call), {}, signal);
    const text = await response.text();
    return {
      text,
      bytes: Number(response.headers.get('x-millrace-bytes') ?? text.length),
      redacted: response.headers.get('x-millrace-redacted') === 'true',
    };
  }

  async #change(method: string, body: unknown): Promise<RequestInit> {
    const text = bodyTextOf(body);
    const digest = await this.#deps.digest(text);
    return {
      method,
      body: text,
      headers: {
        'content-type': 'application/json',
        // CloudFront signs requests to the function, but not their bodies.
        ...(digest !== null && { 'x-amz-content-sha256': digest }),
      },
    };
  }

  async #send(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await this.#deps.fetch(url, {
        credentials: 'same-origin',
        cache: 'no-store',
        ...init,
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw unreachable(error);
    }
    if (response.ok || response.status === 304) return response;
    const requestId = response.headers.get('x-request-id');
    throw problemOfResponse(response.status, requestId, await response.text());
  }

  #keep(url: string, etag: string | null, reply: unknown): void {
    this.#kept.delete(url);
    if (etag === null) return;
    this.#kept.set(url, { etag, reply });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptMax) return;
      this.#kept.delete(oldest);
    }
  }
}
