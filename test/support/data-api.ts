/** A Data API server over a fresh database, and a client of the real SDK that talks to it. */
import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  type ExecuteStatementCommandOutput,
  RDSDataClient,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import {
  type DataApiServer,
  type DataApiServerOptions,
  startDataApiServer,
} from '../../rehearsal/data-api-server/server.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** A server, its database, and a client. */
export interface DataApi {
  readonly server: DataApiServer;
  readonly client: RDSDataClient;
  readonly database: TestDatabase;
  /** The fields of every request: cluster, secret and database. */
  readonly target: {
    readonly resourceArn: string;
    readonly secretArn: string;
    readonly database: string;
  };
  /** Runs one statement. */
  execute(
    sql: string,
    parameters?: SqlParameter[],
    more?: Partial<ExecuteStatementCommandInput>,
  ): Promise<ExecuteStatementCommandOutput>;
  close(): Promise<void>;
}

/** Starts a server over a new database; close it at the end of the test. */
export async function startDataApi(options: Partial<DataApiServerOptions> = {}): Promise<DataApi> {
  const database = await createTestDatabase();
  const server = await startDataApiServer({ postgresUrl: database.url, ...options });
  const client = dataApiClient(server);
  const { clusterArn: resourceArn, secretArn } = server;
  const target = { resourceArn, secretArn, database: server.database };
  return {
    server,
    client,
    database,
    target,
    execute: (sql, parameters, more) =>
      client.send(
        new ExecuteStatementCommand({ ...target, sql, ...(parameters && { parameters }), ...more }),
      ),
    close: async () => {
      client.destroy();
      await server.close();
      await database.drop();
    },
  };
}

/** Creates a client without retries, so that a test sees each response. */
export function dataApiClient({ url }: DataApiServer): RDSDataClient {
  return new RDSDataClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}
