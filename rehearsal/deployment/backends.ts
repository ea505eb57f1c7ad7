/**
 * The servers behind the gate: SQS and S3, and the Data API over a PostgreSQL. Closed in the
 * reverse order, whatever happened.
 */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { type DataApiServer, startDataApiServer } from '../data-api-server/server.ts';
import { findPostgres, type PostgresServer } from '../postgres/postgres-server.ts';
import type { Resolution } from '../template/resolution.ts';
import { clusterOf } from './cluster.ts';

/** What the servers are told. */
export interface BackendOptions {
  /** The PostgreSQL to use; null: one of the rehearsal's own. */
  readonly postgresUrl: string | null;
  /** What each call of the Data API takes beside its own time, in milliseconds. */
  readonly latencyMs: number;
}

/** See this file's head. */
export interface Backends {
  readonly queues: FauxqsServer;
  /** Null where the templates have no cluster with a Data API. */
  readonly database: DataApiServer | null;
  /** The database itself, for who looks at it past the Data API; null without. */
  readonly postgresUrl: string | null;
  readonly postgresOrigin: string | null;
  close(): Promise<void>;
}

/** Starts them. */
export async function startBackends(
  resolution: Resolution,
  { postgresUrl, latencyMs }: BackendOptions,
): Promise<Backends> {
  const { region } = resolution.place;
  const cluster = clusterOf(resolution);
  const queues = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
  if (cluster === null) {
    const close = () => queues.stop();
    return { queues, database: null, postgresUrl: null, postgresOrigin: null, close };
  }
  const postgres = await findPostgres(postgresUrl);
  const own = await ownDatabase(postgres);
  const database = await startDataApiServer({ ...cluster, postgresUrl: own.url, latencyMs });
  return {
    queues,
    database,
    postgresUrl: own.url,
    postgresOrigin: postgres.origin,
    close: async () => {
      await database.close();
      await own.drop();
      await queues.stop();
      await postgres.stop();
    },
  };
}

/**
 * A database that nobody else uses, on a server that may be somebody's; made and dropped through
 * a Data API of its own, which is the one way here to speak to PostgreSQL.
 */
async function ownDatabase({ url, isOwn }: PostgresServer) {
  if (isOwn) return { url, drop: async () => {} };
  const name = `millrace_rehearsal_${process.pid}_${Date.now()}`;
  await administer(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => administer(url, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function administer(postgresUrl: string, sql: string): Promise<void> {
  const server = await startDataApiServer({ postgresUrl });
  try {
    const { clusterArn: resourceArn, secretArn } = server;
    const scope = 'rehearsal/20260101/us-east-1/rds-data/aws4_request';
    const response = await fetch(new URL('/Execute', server.url), {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ resourceArn, secretArn, sql }),
    });
    if (!response.ok) throw new Error(`PostgreSQL refused ${sql}: ${await response.text()}`);
  } finally {
    await server.close();
  }
}
