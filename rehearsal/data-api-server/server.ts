/**
 * The RDS Data API over any PostgreSQL, as strict as AWS's. README.md lists the rules that it
 * enforces, with the source of each.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import pg from 'pg';
import { type AuthorizationRequest, checkAccess, readAccessKey } from './access-check.ts';
import { AutoPause, type PauseState, resumeMsDefault } from './auto-pause.ts';
import { type CallFaultKind, CallFaults, CutConnection, type Throttle } from './call-faults.ts';
import { DataApiError } from './data-api-error.ts';
import { type DatabaseLogin, DatabasePools } from './database-pools.ts';
import type { ExecuteContext } from './execute-statement.ts';
import { checkHost } from './host-check.ts';
import { receiveDataApiRequest, sendError, sendResult } from './http-exchange.ts';
import { awsLimits, type DataApiLimits } from './limits.ts';
import { type DataApiOperation, operationAt, perOperation, runOperation } from './operations.ts';
import { readJson } from './read-json.ts';
import { isStructure, wrongType } from './request-fields.ts';
import { ColumnTypes } from './results/column-types.ts';
import { realClock, type ServerClock } from './server-clock.ts';
import { Transactions } from './transactions.ts';

/** Options of {@link startDataApiServer}. */
export interface DataApiServerOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly postgresUrl: string;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 uses a free port. @default 0 */
  readonly port?: number;
  /** Hosts besides the names of this machine by which it may be called. @default [`host`] */
  readonly allowedHosts?: readonly string[];
  /** The ARN of the only cluster. @default 'arn:aws:rds:us-east-1:123456789012:cluster:local' */
  readonly clusterArn?: string;
  /**
   * The ARN of the secret with the user and the password of `postgresUrl`.
   * @default 'arn:aws:secretsmanager:us-east-1:123456789012:secret:local'
   */
  readonly secretArn?: string;
  /** The users and passwords of further secrets, by ARN. @default none */
  readonly logins?: ReadonlyMap<string, DatabaseLogin>;
  /** The database that callers must name. @default the one of `postgresUrl` */
  readonly database?: string;
  /** Latency added to every call, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** Time without a call after which the database pauses, in milliseconds. @default null: never */
  readonly autoPauseMs?: number | null;
  /** Maximum number of connections to PostgreSQL; a transaction holds one. @default 20 */
  readonly poolSize?: number;
  /** Returns why a request is denied, or null to allow it. @default allows every request */
  readonly authorize?: (request: AuthorizationRequest) => string | null;
  /** Overrides AWS's limits. */
  readonly limits?: Partial<DataApiLimits>;
  /** @default the clock of the machine */
  readonly clock?: ServerClock;
}

/** The traffic of a server. */
export interface Traffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Billed units: one for each started 32 KB of request and response together. */
  readonly meteredUnits: number;
}

/** A running server. */
export interface DataApiServer {
  /** The `endpoint` for clients. */
  readonly url: string;
  readonly port: number;
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
  /** The number of calls of each operation, refused ones included. */
  readonly requests: Readonly<Record<DataApiOperation, number>>;
  readonly traffic: Traffic;
  readonly pauseState: PauseState;
  /** How often a call has woken the database from a pause. */
  readonly wakes: number;
  /** The number of open transactions. */
  readonly openTransactions: number;
  /**
   * Pauses the database and rolls back open transactions. The next call wakes it, and is refused.
   * @param resumeMs time from that call until calls succeed again. @default 15000
   */
  pauseDatabase(resumeMs?: number): Promise<void>;
  /** Ends a pause immediately. */
  resumeDatabase(): void;
  /** Throttles calls; null ends it. */
  throttle(throttle: Throttle | null): void;
  /** Makes the next call fail, or the next call of an operation. Faults are injected in order. */
  failNext(kind: CallFaultKind, operation?: DataApiOperation): void;
  setLatency(latencyMs: number): void;
  /** Rolls back open transactions, and closes the port and the connections to PostgreSQL. */
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
  logins: new Map(),
  authorize: () => null,
  clock: realClock,
});

/** Size of a billed unit, in bytes. */
const meteredBytes = 32 * 1024;

/** Long, as a client that reuses a connection at the moment it is closed sees an outage. */
const keepAliveMs = 60_000;

/** Starts a server. It connects to PostgreSQL at the first call. */
export async function startDataApiServer(options: DataApiServerOptions): Promise<DataApiServer> {
  const server = new RunningServer({
    ...defaults,
    allowedHosts: [options.host ?? defaults.host],
    database: databaseName(options.postgresUrl),
    ...options,
    limits: { ...awsLimits, ...options.limits },
  });
  await server.listen();
  return server;
}

type Settings = Required<Omit<DataApiServerOptions, 'limits'>> & { readonly limits: DataApiLimits };

class RunningServer implements DataApiServer {
  readonly requests = perOperation(0);
  readonly traffic = { bytesIn: 0, bytesOut: 0, meteredUnits: 0 };
  readonly #settings: Settings;
  readonly #context: Omit<ExecuteContext, 'database'>;
  readonly #databases: DatabasePools;
  readonly #faults: CallFaults;
  readonly #pause: AutoPause;
  readonly #server: Server;
  #latencyMs: number;

  constructor(settings: Settings) {
    const { clock, limits } = settings;
    this.#settings = settings;
    this.#latencyMs = settings.latencyMs;
    this.#context = {
      clock,
      limits,
      transactions: new Transactions(clock, limits),
      types: new ColumnTypes(),
    };
    this.#databases = new DatabasePools(settings);
    this.#faults = new CallFaults(clock);
    this.#pause = new AutoPause({
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

  failNext(kind: CallFaultKind, operation?: DataApiOperation): void {
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
    await this.#databases.close();
  }

  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bytesIn = 0;
    let bytesOut = 0;
    try {
      checkHost(request.headers.host ?? '', this.#settings.allowedHosts);
      const { text, bytes } = await receiveDataApiRequest(
        request,
        this.#settings.limits.requestBytes,
      );
      bytesIn = bytes;
      bytesOut = sendResult(response, await this.#process(request, text));
    } catch (error) {
      if (error instanceof CutConnection || response.destroyed) response.destroy();
      else if (error instanceof DataApiError) bytesOut = sendError(response, error);
      else bytesOut = this.#sendBug(response, error);
    }
    this.traffic.bytesIn += bytesIn;
    this.traffic.bytesOut += bytesOut;
    this.traffic.meteredUnits += Math.max(1, Math.ceil((bytesIn + bytesOut) / meteredBytes));
  }

  async #process(request: IncomingMessage, text: string): Promise<string> {
    const operation = request.method === 'POST' ? operationAt(request.url ?? '') : undefined;
    if (operation === undefined) throw new DataApiError('UnknownOperationException');
    this.requests[operation] += 1;
    await this.#delay();
    this.#faults.checkThrottle();
    const accessKeyId = readAccessKey(request.headers.authorization);
    const body = readJson(text);
    if (!isStructure(body)) throw wrongType('body', 'an object');
    const secretArn = checkAccess(this.#settings, accessKeyId, operation, body);
    const context = { ...this.#context, database: this.#databases.ofSecret(secretArn) };
    return await this.#faults.around(operation, async () => {
      return await this.#pause.run(() => runOperation(operation, context, body));
    });
  }

  async #delay(): Promise<void> {
    if (this.#latencyMs === 0) return;
    await new Promise<void>((resolve) => {
      this.#settings.clock.after(this.#latencyMs, resolve);
    });
  }

  /** An unexpected error is a bug of this server: prints it, and answers as the service does. */
  #sendBug(response: ServerResponse, error: unknown): number {
    console.error(error);
    return sendError(response, new DataApiError('InternalServerErrorException'));
  }
}

/** Returns the database of a URL as `pg` reads it, with PostgreSQL's defaults. */
function databaseName(postgresUrl: string): string {
  return new pg.Client({ connectionString: postgresUrl }).database ?? '';
}
