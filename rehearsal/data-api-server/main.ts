#!/usr/bin/env node
/** Runs a server from the command line until it is interrupted. README.md lists the options. */
import { parseArgs } from 'node:util';
import { type DataApiServerOptions, startDataApiServer } from './server.ts';

const usage =
  'usage: node rehearsal/data-api-server/main.ts --postgres postgres://user@host:port/database\n' +
  '  [--host 127.0.0.1] [--port 8080] [--cluster ARN] [--secret ARN] [--database NAME]\n' +
  '  [--latency MS] [--pool-size CONNECTIONS]';

try {
  const server = await startDataApiServer(readOptions());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close());
  }
  const { url, clusterArn, secretArn, database } = server;
  console.log(JSON.stringify({ url, clusterArn, secretArn, database }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

function readOptions(): DataApiServerOptions {
  const { values } = parseArgs({
    options: {
      postgres: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string', default: '8080' },
      cluster: { type: 'string' },
      secret: { type: 'string' },
      database: { type: 'string' },
      latency: { type: 'string', default: '0' },
      'pool-size': { type: 'string', default: '20' },
    },
  });
  if (values.postgres === undefined)
    throw new Error('--postgres is missing: pass the URL of the database');
  return {
    postgresUrl: values.postgres,
    port: readNumber('port', values.port),
    latencyMs: readNumber('latency', values.latency),
    poolSize: readNumber('pool-size', values['pool-size']),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.cluster === undefined ? {} : { clusterArn: values.cluster }),
    ...(values.secret === undefined ? {} : { secretArn: values.secret }),
    ...(values.database === undefined ? {} : { database: values.database }),
  };
}

function readNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number, but it is ${text}`);
}
