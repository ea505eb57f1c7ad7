/** The RDS Data API as an SQL client. */
import { randomUUID } from 'node:crypto';
import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  type Field,
  RDSDataClient,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { type RetryOptions, type RetryPolicyFor, retry } from '../../retry/retry.ts';
import { waitAtMost } from '../../retry/wait-at-most.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { fitsRequest, parseRows, splitDocument } from './pieces.ts';
import {
  classifyFailure,
  parseSqlState,
  type RdsDataTarget,
  toRdsDataStoreError,
} from './rds-data-errors.ts';
import { rdsDataRetries } from './rds-data-retries.ts';
import { toBlock } from './statement-block.ts';

/** Options of {@link RdsDataSqlClient}. */
export interface RdsDataClientOptions {
  readonly clock: Clock;
  /**
   * Maximum time for a statement, in milliseconds; those with a `timeoutFactor` have a multiple of
   * it, at most 65,000, which is longer than the service lets a statement run. @default 20,000
   */
  readonly statementMs?: number | undefined;
  /** Maximum time to wait for a paused database, in milliseconds. @default 60,000 */
  readonly resumeMsMax?: number | undefined;
  readonly clusterArn: string;
  readonly secretArn: string;
  /** @default millrace */
  readonly database?: string | undefined;
  /** @default the cluster's */
  readonly region?: string | undefined;
  /** A URL. @default Amazon's own (AWS_ENDPOINT_URL_RDS_DATA …) */
  readonly endpoint?: string | undefined;
}

/** The default database. */
const databaseDefault = 'millrace';

/** Longer than the service lets a statement run. */
const requestTimeoutMs = 65_000;
const statementMsDefault = 20_000;
/** Maximum time that `close` waits for calls under way, in milliseconds. */
const closeMsMax = 5_000;
const connectionTimeoutMs = 5_000;

/** Number of pieces that one call reads, and of such calls at once. */
const windowPieces = 16;
const windowsAtOnce = 4;

/** SQLSTATEs of a missing schema and a missing function: the migration was not applied yet. */
const notMigrated: ReadonlySet<string | null> = new Set(['3F000', '42883']);

const inPieces = `SELECT piece, kept FROM millrace.call_in_pieces(CAST(:call AS uuid),
  CAST(:statement AS text), CAST(:document AS text), CAST(:pieces AS integer))`;

/** Selects pieces that were never read, because a process died or a connection broke. */
const leftBehind = "kept_at < now() - interval '1 hour'";

const keepPiece = `WITH left_behind AS (DELETE FROM millrace.pieces WHERE ${leftBehind})
INSERT INTO millrace.pieces (call_id, number, bytes)
VALUES (CAST(:call AS uuid), CAST(:number AS integer), :bytes)
ON CONFLICT (call_id, number) DO NOTHING`;

const readPieces = `SELECT bytes FROM millrace.pieces
WHERE call_id = CAST(:call AS uuid) AND number >= CAST(:from AS integer)
  AND number < CAST(:until AS integer) ORDER BY number`;

const dropPieces = `DELETE FROM millrace.pieces WHERE call_id = CAST(:call AS uuid) OR ${leftBehind}`;

/**
 * Runs SQL over the RDS Data API: one statement, one document, one call over HTTPS, which commits
 * by itself. The service's size limits do not limit Millrace: a document that does not fit into a
 * request is sent before its statement in pieces, and a result that does not fit into a response is
 * read by further calls (`call_in_pieces`, see the migration `pieces`).
 */
export class RdsDataSqlClient implements SqlClient {
  readonly description: string;
  readonly #service: RDSDataClient;
  readonly #target: RdsDataTarget;
  readonly #closing = new AbortController();
  /** Ends the calls that are still under way. */
  readonly #ended = new AbortController();
  readonly #retryOptions: RetryOptions;
  readonly #statementMs: number;
  readonly #calls = new Set<Promise<unknown>>();

  constructor(options: RdsDataClientOptions) {
    const { clusterArn, secretArn, endpoint, database = databaseDefault } = options;
    const region = options.region ?? clusterArn.split(':')[3] ?? '';
    this.#target = { clusterArn, secretArn, database };
    this.#statementMs = options.statementMs ?? statementMsDefault;
    this.#retryOptions = {
      clock: options.clock,
      signal: this.#closing.signal,
      random: Math.random,
      policyFor: rdsDataRetries(options.resumeMsMax),
    };
    this.#service = new RDSDataClient({
      region,
      ...(endpoint !== undefined && { endpoint }),
      // `rdsDataRetries` decides what is retried: it knows a database that resumes.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
      },
    });
    this.description = `the RDS Data API of ${clusterArn}, database '${database}'`;
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    const text = JSON.stringify(document);
    return await this.#runWithRetries(() => this.#callOnce<Row>(statement, text));
  }

  async transaction(statements: readonly string[]): Promise<void> {
    // When the call times out, the statement goes on. A repetition waits for it at the rows that
    // both write, and fails because they exist.
    const sql = toBlock(statements);
    await this.#runWithRetries(() => this.#send({ sql, continueAfterTimeout: true }));
  }

  async outsideTransaction(sql: string): Promise<void> {
    const resumes = this.#retryOptions.policyFor;
    // After a timeout the statement goes on: a repetition would only wait for it.
    const policyFor: RetryPolicyFor = (error) => {
      return classifyFailure(error) === 'resuming' ? resumes(error) : null;
    };
    await this.#runWithRetries(() => this.#send({ sql, continueAfterTimeout: true }), policyFor);
  }

  /** Waits only for the calls under way, and for these not long. */
  async close(): Promise<void> {
    this.#closing.abort();
    const { clock } = this.#retryOptions;
    await waitAtMost(clock, Promise.allSettled(this.#calls), closeMsMax);
    this.#ended.abort();
    await Promise.allSettled(this.#calls);
    this.#service.destroy();
  }

  async #runWithRetries<Result>(
    operation: () => Promise<Result>,
    policyFor = this.#retryOptions.policyFor,
  ): Promise<Result> {
    if (this.#closing.signal.aborted) {
      throw new MillraceError('STOPPED', 'The store is closed: open it again to use it.');
    }
    const options = { ...this.#retryOptions, policyFor };
    const call = retry(operation, options).catch((error: unknown) => {
      throw toRdsDataStoreError(error, this.#target);
    });
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  async #callOnce<Row extends object>(statement: Statement, document: string): Promise<Row[]> {
    const call = randomUUID();
    try {
      const pieces = fitsRequest(document) ? null : await this.#sendAhead(call, document);
      const parameters = [
        text('call', call),
        text('statement', statement.text),
        pieces === null ? text('document', document) : none('document'),
        pieces === null ? none('pieces') : text('pieces', `${pieces}`),
      ];
      const deadlineMs = this.#statementMs * (statement.timeoutFactor ?? 1);
      const records = await this.#execute(inPieces, parameters, deadlineMs);
      return parseRows<Row>(await this.#readResult(call, records));
    } catch (error) {
      if (!notMigrated.has(parseSqlState(error))) throw error;
      return await this.#callWithoutPieces<Row>(statement, document);
    }
  }

  /** Sends the document in pieces, and returns how many. */
  async #sendAhead(call: string, document: string): Promise<number> {
    const pieces = splitDocument(document);
    await runConcurrently(pieces.length, async (number) => {
      const bytes = { name: 'bytes', value: { blobValue: pieces[number] ?? Buffer.alloc(0) } };
      await this.#execute(keepPiece, [text('call', call), text('number', `${number}`), bytes]);
    });
    return pieces.length;
  }

  async #readResult(call: string, records: readonly Field[][]): Promise<Uint8Array[]> {
    const first = records.flatMap(([piece]) => piece?.blobValue ?? []);
    const kept = records.at(-1)?.[1]?.longValue ?? 0;
    if (kept === 0) return first;
    const windows: Uint8Array[][] = [];
    await runConcurrently(Math.ceil(kept / windowPieces), async (number) => {
      const from = number * windowPieces;
      const until = Math.min(from + windowPieces, kept);
      // The statement is committed: only the read is retried.
      const read = () => this.#readWindow(call, from, until);
      windows[number] = await retry(read, this.#retryOptions);
    });
    // Pieces that this does not delete are deleted by a later call.
    await this.#execute(dropPieces, [text('call', call)]).catch(() => {});
    return [...first, ...windows.flat()];
  }

  async #readWindow(call: string, from: number, until: number): Promise<Uint8Array[]> {
    const bounds = [text('from', `${from}`), text('until', `${until}`)];
    const records = await this.#execute(readPieces, [text('call', call), ...bounds]);
    const pieces = records.flatMap(([bytes]) => bytes?.blobValue ?? []);
    if (pieces.length === until - from) return pieces;
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      'The database lost the rest of a result, probably in a crash: repeat the call.',
      { retryable: true },
    );
  }

  /** For calls before the database is migrated: small results, by the columns' names. */
  async #callWithoutPieces<Row extends object>(
    statement: Statement,
    document: string,
  ): Promise<Row[]> {
    const { records = [], columnMetadata = [] } = await this.#send({
      sql: statement.text.replaceAll('$1', ':document'),
      parameters: [text('document', document)],
      includeResultMetadata: true,
    });
    return records.map(
      (fields) =>
        Object.fromEntries(
          fields.map((field, index) => [columnMetadata[index]?.label, readValue(field)]),
        ) as Row,
    );
  }

  async #execute(
    sql: string,
    parameters: SqlParameter[],
    deadlineMs = this.#statementMs,
  ): Promise<Field[][]> {
    return (await this.#send({ sql, parameters }, deadlineMs)).records ?? [];
  }

  #send(
    statement: Omit<ExecuteStatementCommandInput, 'resourceArn' | 'secretArn'>,
    deadlineMs = requestTimeoutMs,
  ) {
    return this.#service.send(new ExecuteStatementCommand({ ...this.#where(), ...statement }), {
      abortSignal: AbortSignal.any([
        this.#ended.signal,
        AbortSignal.timeout(Math.min(deadlineMs, requestTimeoutMs)),
      ]),
    });
  }

  #where() {
    return { ...this.#credentials(), database: this.#target.database };
  }

  #credentials() {
    const { clusterArn, secretArn } = this.#target;
    return { resourceArn: clusterArn, secretArn };
  }
}

function text(name: string, stringValue: string): SqlParameter {
  return { name, value: { stringValue } };
}

function none(name: string): SqlParameter {
  return { name, value: { isNull: true } };
}

function readValue({ stringValue, longValue, doubleValue, booleanValue }: Field) {
  return stringValue ?? longValue ?? doubleValue ?? booleanValue ?? null;
}

/** Runs `work` for each number from 0 to `count` - 1, a few at once. */
async function runConcurrently(count: number, work: (number: number) => Promise<void>) {
  let next = 0;
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, windowsAtOnce) }, one));
}
