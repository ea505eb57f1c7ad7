import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { DatabaseLogin } from '../data-api-server/database-pools.ts';
import { type DataApiServer, startDataApiServer } from '../data-api-server/server.ts';
import { findPostgres, type PostgresServer } from '../postgres/postgres-server.ts';
import { findCluster } from '../template/cluster.ts';
import type { Resolution } from '../template/resolution.ts';

/** Options of {@link startBackends}. */
export interface BackendOptions {
  /** The PostgreSQL to use; null starts one. */
  readonly postgresUrl: string | null;
  /** Latency added to every Data API call, in milliseconds. */
  readonly latencyMs: number;
  /** The users of the database besides its owner, by the ARN of their secret. */
  readonly logins: ReadonlyMap<string, DatabaseLogin>;
}

/** The servers behind the AWS proxy: SQS and S3, and the Data API over a PostgreSQL. */
export interface Backends {
  /** SQS and S3. */
  readonly fauxqs: FauxqsServer;
  /** Null when the templates have no cluster. */
  readonly dataApi: DataApiServer | null;
  /** The database itself, to look at it without the Data API; null when there is none. */
  readonly postgresUrl: string | null;
  /** Where that PostgreSQL comes from, for reports. */
  readonly postgresOrigin: string | null;
  /** Stops the servers in reverse order. */
  close(): Promise<void>;
}

/** Starts the servers that the templates need. */
export async function startBackends(
  resolution: Resolution,
  { postgresUrl, latencyMs, logins }: BackendOptions,
): Promise<Backends> {
  const { region } = resolution.environment;
  const cluster = findCluster(resolution);
  const fauxqs = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
  if (cluster === null) {
    const close = () => fauxqs.stop();
    return { fauxqs, dataApi: null, postgresUrl: null, postgresOrigin: null, close };
  }
  const postgres = await findPostgres(postgresUrl);
  const database = await createDatabase(postgres);
  const options = { ...cluster, postgresUrl: database.url, latencyMs, logins };
  const dataApi = await startDataApiServer(options);
  return {
    fauxqs,
    dataApi,
    postgresUrl: database.url,
    postgresOrigin: postgres.origin,
    close: async () => {
      await dataApi.close();
      await database.drop();
      await fauxqs.stop();
      await postgres.stop();
    },
  };
}

/**
 * Creates a database for this rehearsal alone, unless the server was started for it. It is created
 * and dropped by a Data API server, as nothing else here connects to PostgreSQL.
 */
async function createDatabase({ url, isOwn }: PostgresServer) {
  if (isOwn) return { url, drop: async () => {} };
  const name = `millrace_rehearsal_${process.pid}_${Date.now()}`;
  await execute(url, `CREATE DATABASE ${name}`);
  const created = new URL(url);
  created.pathname = `/${name}`;
  return { url: created.href, drop: () => execute(url, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function execute(postgresUrl: string, sql: string): Promise<void> {
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
