/** The command line over the RDS Data API, which needs only AWS credentials. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { startDataApi } from '../drivers/rds-data/data-api.ts';
import { hasPostgres } from '../support/test-database.ts';
import { call, echo, folderWith, jsonOf } from './cli-call.ts';

/** Creates a folder with an app whose store is a new Data API. */
async function openApp() {
  const api = await startDataApi();
  onTestFinished(() => api.close());
  const { clusterArn, secretArn, database, url: endpoint } = api.server;
  const config = {
    machines: { echo: { definition: './echo.asl.json' } },
    batches: { echo: { machine: 'echo', source: { kind: 'items', items: [1, 2, 3] } } },
    store: 'rds-data',
    rdsData: { clusterArn, secretArn, database, endpoint },
  };
  const folder = folderWith({
    'echo.asl.json': echo,
    'millrace.config.mjs': `export default ${JSON.stringify(config)}`,
  });
  const millrace = (words: readonly string[]) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    return call([...words, '--json'], { folder });
  };
  return { ...api, millrace };
}

it.skipIf(!hasPostgres)('a batch runs and is listed over the Data API', async () => {
  const { millrace } = await openApp();

  const started = await millrace(['batch', 'start', 'echo']);
  const listed = await millrace(['execution', 'list']);

  expect(jsonOf(started)).toMatchObject({ status: 'SUCCEEDED', total: 3 });
  expect(jsonOf(listed)).toMatchObject({
    executions: Array(3).fill({ status: 'SUCCEEDED' }),
  });
});

it.skipIf(!hasPostgres)('doctor waits for an Aurora that has paused', async () => {
  const { millrace, server } = await openApp();
  await server.pauseDatabase(1_000);

  const { stdout } = await millrace(['doctor']);

  expect(JSON.parse(stdout).findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'store', verdict: 'ok' }),
      expect.objectContaining({ check: 'schema', verdict: 'warning' }),
    ]),
  );
});
