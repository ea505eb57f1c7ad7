import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { rehearsalAccount } from '../template/resolution.ts';
import type { AwsProxyContext } from './aws-proxy-context.ts';
import type { ProxiedCall } from './proxied-call.ts';
import type { ProxyCaller } from './proxy-caller.ts';
import { ProxyExchange } from './proxy-exchange.ts';
import { ProxyFaults } from './proxy-faults.ts';

/** Options of {@link AwsProxy.listen}. */
export interface AwsProxyOptions {
  /** @default 0: a free port */
  readonly port?: number;
  /** Returns milliseconds since 1970, for the records. @default the system's clock */
  readonly now?: () => number;
}

/** Longer than any pause between two invocations of a batch, in milliseconds. */
const keepAliveMs = 120_000;

/**
 * All of AWS for the functions of a rehearsal: one HTTP server on loopback. Each call is authorized
 * by the policies in the templates, then forwarded or refused with the service's own error, and
 * recorded. A call that the proxy does not know is refused, so that none goes unnoticed.
 */
export class AwsProxy {
  readonly url: string;
  /** The faults to inject. */
  readonly faults = new ProxyFaults();
  readonly #server: Server;
  readonly #now: () => number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #callers = new Map<string, ProxyCaller>();
  readonly #calls: ProxiedCall[] = [];
  readonly #listeners = new Set<(call: ProxiedCall) => void>();
  #context: AwsProxyContext | undefined;
  #arrived = 0;

  private constructor(server: Server, now: () => number) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#now = now;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  /** Starts a proxy that refuses every call until it is opened: queue URLs contain its address. */
  static async listen({ port = 0, now = Date.now }: AwsProxyOptions = {}): Promise<AwsProxy> {
    // A frozen function must find its connections open when it thaws.
    const server = createServer({ keepAliveTimeout: keepAliveMs });
    // An IP address, not a name: S3's clients then put the bucket into the path, not the host.
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new AwsProxy(server, now);
  }

  /** Starts to serve calls. */
  open(context: AwsProxyContext): void {
    this.#context = context;
  }

  /** Gives an access key to a caller, in place of the caller that had it. */
  admit(accessKeyId: string, caller: ProxyCaller): void {
    this.#callers.set(accessKeyId, caller);
  }

  /** The calls that have ended, in that order. */
  get calls(): readonly ProxiedCall[] {
    return this.#calls;
  }

  /** Calls `listener` with each call that has ended. Returns a function that removes it. */
  onCall(listener: (call: ProxiedCall) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Closes all connections and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.#agent.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const context = this.#context;
    if (context === undefined) {
      response.writeHead(503).end('the rehearsal has not begun yet');
      return;
    }
    this.#arrived += 1;
    const at = this.#now();
    const number = this.#arrived;
    const exchange = new ProxyExchange({
      request,
      response,
      context,
      account: rehearsalAccount,
      callers: this.#callers,
      faults: this.faults,
      agent: this.#agent,
      url: this.url,
    });
    const record = await exchange.run();
    const call = { number, at, ms: this.#now() - at, ...record };
    this.#calls.push(call);
    for (const listener of this.#listeners) listener(call);
  }
}
