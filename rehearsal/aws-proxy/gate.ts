/**
 * Everything that is AWS for the functions of a rehearsal: one HTTP server on loopback. Each call
 * is judged by the policies in the templates, refused in the service's own words or handed on, and
 * recorded. What it does not know it refuses: nothing passes unseen.
 */
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessModel } from '../iam/access-model.ts';
import { rehearsalAccount } from '../template/resolution.ts';
import type { AwsRequest } from './aws-request.ts';
import { Exchange } from './exchange.ts';
import { Faults } from './faults.ts';
import type { GateCall } from './gate-call.ts';
import type { Caller } from './judge.ts';
import type { ServiceReply } from './service-errors.ts';

/** Who answers for a service: the URL of a server, or a function of this process. */
export type Backend =
  | string
  | ((request: AwsRequest, caller: Caller) => ServiceReply | Promise<ServiceReply>);

/** What lies behind the gate. */
export interface AwsProxyContext {
  readonly access: AccessModel;
  /** By service, as signatures name it: `sqs`, `s3`, `rds-data`, `scheduler` … */
  readonly backends: Readonly<Record<string, Backend>>;
  /** The keys that encrypt what is kept, by the ARN of where it is kept. @default none */
  readonly keys?: ReadonlyMap<string, string>;
}

/** Options of {@link Gate.listen}. */
export interface GateOptions {
  /** @default 0: one that is free */
  readonly port?: number;
  /** Milliseconds since 1970, for the records. @default the system's clock */
  readonly now?: () => number;
}

/** Longer than any pause between two invocations of a batch. */
const keepAliveMs = 120_000;

/** See this file's head. */
export class Gate {
  readonly url: string;
  /** What goes wrong on purpose. */
  readonly faults = new Faults();
  readonly #server: Server;
  readonly #now: () => number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #callers = new Map<string, Caller>();
  readonly #calls: GateCall[] = [];
  readonly #listeners = new Set<(call: GateCall) => void>();
  #context: AwsProxyContext | undefined;
  #arrived = 0;

  private constructor(server: Server, now: () => number) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#now = now;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  /** A gate that listens and refuses everything: queue URLs need its own before it can open. */
  static async listen({ port = 0, now = Date.now }: GateOptions = {}): Promise<Gate> {
    // A frozen function finds its connections again when it thaws.
    const server = createServer({ keepAliveTimeout: keepAliveMs });
    // No name but an address: S3's clients then put the bucket into the path, not the host.
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Gate(server, now);
  }

  /** Lets callers through to `context`. */
  open(context: AwsProxyContext): void {
    this.#context = context;
  }

  /** Gives somebody an access key; whoever had it has it no more. */
  admit(accessKeyId: string, caller: Caller): void {
    this.#callers.set(accessKeyId, caller);
  }

  /** What has been called so far and is over, in the order in which it ended. */
  get calls(): readonly GateCall[] {
    return this.#calls;
  }

  /** Calls `listener` with each call when it is over. @returns what ends that */
  onCall(listener: (call: GateCall) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends all connections, and listens no more. */
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
    const exchange = new Exchange({
      request,
      response,
      context,
      account: rehearsalAccount,
      callers: this.#callers,
      faults: this.faults,
      agent: this.#agent,
      url: this.url,
    });
    const seen = await exchange.run();
    const call = { number, at, ms: this.#now() - at, ...seen };
    this.#calls.push(call);
    for (const listener of this.#listeners) listener(call);
  }
}
