/** A program that calls the HTTP API of a server, to compare with what its page shows. */
import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: a test checks what it reads of a document
type Document = any;

/** Calls the API at `url`, which ends with a slash. */
export class ApiReader {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Returns the document at a path below `v1/`. Throws unless the request succeeds. */
  get(path: string): Promise<Document> {
    return this.#send('GET', path);
  }

  /** Makes a change. Throws unless it succeeds. */
  post(path: string, body: object = {}): Promise<Document> {
    return this.#send('POST', path, body);
  }

  /** Starts an execution and returns its id. */
  async start(machineId: string, input: unknown, more: object = {}): Promise<string> {
    const { executionId } = await this.post('executions', { machineId, input, ...more });
    return executionId;
  }

  /** Resolves with an execution once it has one of these statuses. */
  async executionIn(id: string, ...statuses: readonly string[]): Promise<Document> {
    const read = () => this.get(`executions/${encodeURIComponent(id)}`);
    await expect.poll(async () => statuses.includes((await read()).status), polling).toBe(true);
    return read();
  }

  /** Resolves with a batch once `isReached` accepts it. */
  async batchWhen(id: string, isReached: (batch: Document) => boolean): Promise<Document> {
    const read = () => this.get(`batches/${id}`);
    await expect.poll(async () => isReached(await read()), polling).toBe(true);
    return read();
  }

  /** Returns how often a person, or an order, has redriven an execution. */
  async redrivesOf(id: string): Promise<number> {
    const { events } = await this.get(`executions/${id}/history?type=ExecutionRedriven`);
    return events.length;
  }

  async #send(method: string, path: string, body?: object): Promise<Document> {
    const response = await fetch(new URL(`v1/${path}`, this.#url), {
      method,
      headers: {
        ...this.#headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

/** How long and how often a condition is waited for. */
export const polling = Object.freeze({ timeout: 60_000, interval: 50 });
