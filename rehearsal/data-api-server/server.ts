/**
 * The RDS Data API over a PostgreSQL of your own, as strict as AWS's: README.md says what it holds
 * callers to and where each rule comes from.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import pg from 'pg';
import { type Clock, systemClock } from './clock.ts';
import { ColumnTypes } from './column-types.ts';
import { Database } from './database.ts';
import { answer, answerError, receive } from './exchange.ts';
import type { ExecuteContext } from './execute.ts';
import { CutConnection, type FaultKind, Faults, type Throttle } from './faults.ts';
import { type AccessRequest, admit, readAccessKey } from './identity.ts';
import { awsLimits, type Limits } from './limits.ts';
import { carryOut, type Operation, operationAt, perOperation } from './operations.ts';
import { Pause, type PauseState, resumeMsDefault } from './pause.ts';
import { readJson } from './read-json.ts';
import { isStructure, unreadable } from './request-fields.ts';
import { ServiceError } from './service-error.ts';
import { Transactions } from './transactions.ts';

/** Options of {@link startDataApiServer}. */
export interface DataApiServerOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly postgresUrl: string;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** The one cluster that there is. @default 'arn:aws:rds:us-east-1:123456789012:cluster:local' */
  readonly clusterArn?: string;
  /**
   * The one secret that there is.
   * @default 'arn:aws:secretsmanager:us-east-1:123456789012:secret:local'
   */
  readonly secretArn?: string;
  /** What callers name as the database. @default the one of `postgresUrl` */
  readonly database?: string;
  /** What every call takes beside its own time, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** How long without a call until the database pauses itself; null never. @default null */
  readonly autoPauseMs?: number | null;
  /** Connections to PostgreSQL at most; a transaction holds one. @default 20 */
  readonly poolSize?: number;
  /** Says why a caller may not do what it asks for; null lets it. @default lets everyone */
  readonly authorize?: (request: AccessRequest) => string | null;
  /** Other limits than AWS's. */
  readonly limits?: Partial<Limits>;
  /** @default the time of the machine */
  readonly clock?: Clock;
}

/** What went over the wire. */
export interface Traffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Calls as they are billed: one for each 32 KB begun, of request and answer together. */
  readonly meteredUnits: number;
}

/** A server that answers. */
export interface DataApiServer {
  /** For the client's `endpoint`. */
  readonly url: string;
  readonly port: number;
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
  /** How often each operation was called, refused calls included. */
  readonly requests: Readonly<Record<Operation, number>>;
  readonly traffic: Traffic;
  readonly pauseState: PauseState;
  /** How often a call woke the database from a pause. */
  readonly wakes: number;
  /** Transactions that are open. */
  readonly openTransactions: number;
  /**
   * Pauses the database; open transactions are rolled back. The next call wakes it, and is refused.
   * @param resumeMs how long it takes from that call until calls succeed again. @default 15000
   */
  pauseDatabase(resumeMs?: number): Promise<void>;
  /** Ends a pause at once. */
  resumeDatabase(): void;
  /** Refuses calls as one too many; null stops that. */
  throttle(throttle: Throttle | null): void;
  /** Makes the next call fail, or the next one of an operation. Faults wait in a queue. */
  failNext(kind: FaultKind, operation?: Operation): void;
  setLatency(latencyMs: number): void;
  /** Rolls open transactions back, and lets go of the port and of PostgreSQL. */
  close(): Promise<void>;
}

const defaults = Object.freeze({
  host: '127.0.0.1',
  port: 0,
  clusterArn: 'arn:aws:rds:us-east-1:123456789012:cluster:local',
  secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:local',
  latencyMs: 0,
  autoPauseMs: null,
  poolSize: 20,
  authorize: () => null,
  clock: systemClock,
});

const meteredBytes = 32 * 1024;
/** Long, as clients that reuse a connection just when it is closed take that for an outage. */
const keepAliveMs = 60_000;

/** Starts one. PostgreSQL is first connected to when it is first called. */
export async function startDataApiServer(options: DataApiServerOptions): Promise<DataApiServer> {
  const server = new RunningServer({
    ...defaults,
    database: databaseOf(options.postgresUrl),
    ...options,
    limits: { ...awsLimits, ...options.limits },
  });
  await server.listen();
  return server;
}

type Settings = Required<Omit<DataApiServerOptions, 'limits'>> & { readonly limits: Limits };

class RunningServer implements DataApiServer {
  readonly requests = perOperation(0);
  readonly traffic = { bytesIn: 0, bytesOut: 0, meteredUnits: 0 };
  readonly #settings: Settings;
  readonly #context: ExecuteContext;
  readonly #faults: Faults;
  readonly #pause: Pause;
  readonly #server: Server;
  #latencyMs: number;

  constructor(settings: Settings) {
    const { clock, limits, postgresUrl, poolSize } = settings;
    this.#settings = settings;
    this.#latencyMs = settings.latencyMs;
    this.#context = {
      clock,
      limits,
      database: new Database(postgresUrl, poolSize),
      transactions: new Transactions(clock, limits),
      types: new ColumnTypes(),
    };
    this.#faults = new Faults(clock);
    this.#pause = new Pause({
      clock,
      instance: settings.clusterArn.replace(':cluster:', ':db:'),
      autoPauseMs: settings.autoPauseMs,
      isBusy: () => this.openTransactions > 0,
    });
    this.#server = createServer(
      { keepAliveTimeout: keepAliveMs },
      (request, response) => void this.#exchange(request, response),
    );
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://${this.#settings.host}:${this.port}`;
  }

  get clusterArn(): string {
    return this.#settings.clusterArn;
  }

  get secretArn(): string {
    return this.#settings.secretArn;
  }

  get database(): string {
    return this.#settings.database;
  }

  get pauseState(): PauseState {
    return this.#pause.state;
  }

  get wakes(): number {
    return this.#pause.wakes;
  }

  get openTransactions(): number {
    return this.#context.transactions.size;
  }

  async listen(): Promise<void> {
    const { host, port } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
  }

  async pauseDatabase(resumeMs: number = resumeMsDefault): Promise<void> {
    this.#pause.pause(resumeMs);
    await this.#context.transactions.rollBackAll();
  }

  resumeDatabase(): void {
    this.#pause.resume();
  }

  throttle(throttle: Throttle | null): void {
    this.#faults.throttle(throttle);
  }

  failNext(kind: FaultKind, operation?: Operation): void {
    this.#faults.failNext(kind, operation);
  }

  setLatency(latencyMs: number): void {
    this.#latencyMs = latencyMs;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#pause.resume();
    await this.#context.transactions.rollBackAll();
    await this.#context.database.close();
  }

  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bytesIn = 0;
    let bytesOut = 0;
    try {
      const { text, bytes } = await receive(request, this.#settings.limits.requestBytes);
      bytesIn = bytes;
      bytesOut = answer(response, await this.#answerTo(request, text));
    } catch (error) {
      if (error instanceof CutConnection || response.destroyed) response.destroy();
      else if (error instanceof ServiceError) bytesOut = answerError(response, error);
      else bytesOut = this.#answerBug(response, error);
    }
    this.traffic.bytesIn += bytesIn;
    this.traffic.bytesOut += bytesOut;
    this.traffic.meteredUnits += Math.max(1, Math.ceil((bytesIn + bytesOut) / meteredBytes));
  }

  async #answerTo(request: IncomingMessage, text: string): Promise<string> {
    const operation = request.method === 'POST' ? operationAt(request.url ?? '') : undefined;
    if (operation === undefined) throw new ServiceError('UnknownOperationException');
    this.requests[operation] += 1;
    await this.#delay();
    this.#faults.admit();
    const accessKeyId = readAccessKey(request.headers.authorization);
    const body = readJson(text);
    if (!isStructure(body)) throw unreadable('body', 'an object');
    admit(this.#settings, accessKeyId, operation, body);
    return await this.#faults.around(operation, async () => {
      return await this.#pause.during(() => carryOut(operation, this.#context, body));
    });
  }

  async #delay(): Promise<void> {
    if (this.#latencyMs === 0) return;
    await new Promise<void>((resolve) => {
      this.#settings.clock.after(this.#latencyMs, resolve);
    });
  }

  /** A bug of this server is told as the service tells one of its own, and printed. */
  #answerBug(response: ServerResponse, error: unknown): number {
    console.error(error);
    return answerError(response, new ServiceError('InternalServerErrorException'));
  }
}

/** As `pg` reads it, which knows the defaults. */
function databaseOf(postgresUrl: string): string {
  return new pg.Client({ connectionString: postgresUrl }).database ?? '';
}
