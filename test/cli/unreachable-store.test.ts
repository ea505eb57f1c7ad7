/** Databases that do not answer, refuse, or are in use. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { call, folderWith, jsonOf } from './cli-call.ts';

const password = 'hunter2-s3cret';

/** Returns a port without a listener. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

describe('a PostgreSQL', () => {
  it('an unreachable PostgreSQL is reported with what to check, and never its password', async () => {
    const port = await closedPort();
    const url = `postgres://ada:${password}@127.0.0.1:${port}/orders`;

    const result = await call(['batch', 'list', '--json', '--postgres', url]);

    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(
      new RegExp(`did not answer at 127.0.0.1:${port}, database 'orders', as user 'ada'.*Check`),
    );
    expect(jsonOf(result)).toMatchObject({ error: { code: 'STORE_UNAVAILABLE', port } });
    expect(result.stdout + result.stderr).not.toContain(password);
  });

  it.skipIf(!hasPostgres)(
    'a PostgreSQL without the database or the user is reported with what it refused',
    async () => {
      const database = await createTestDatabase();
      const noDatabase = new URL(database.url);
      noDatabase.pathname = '/not_there';
      const noUser = new URL(database.url);
      noUser.username = 'unknown_user';
      noUser.password = password;

      const results = await Promise.all(
        [noDatabase, noUser].map(({ href }) => call(['batch', 'list', '--postgres', href])),
      );

      await database.drop();
      expect(results.map(({ status }) => status)).toEqual([1, 1]);
      expect(results[0]?.stderr).toMatch(/refused the connection: .*"not_there" does not exist/);
      expect(results[1]?.stderr).toMatch(
        /as user 'unknown_user' refused the connection:.*Check user/,
      );
      expect(results[1]?.stderr).not.toContain(password);
    },
  );
});

describe('a folder for the embedded database', () => {
  it('a database folder in use is refused with the process and a remedy', async () => {
    const folder = folderWith({ lock: String(process.ppid) });

    const result = await call(['batch', 'list', '--store', 'pglite', '--data', folder, '--json']);

    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(
      new RegExp(`in use by process ${process.ppid}.*Stop that process.*POSTGRES_URL`),
    );
    expect(jsonOf(result)).toMatchObject({ error: { code: 'STORE_LOCKED', pid: process.ppid } });
  });

  it('a database folder that cannot be created is reported with what to check', async () => {
    const folder = folderWith({ file: '' });
    const inside = `${folder}/file/data`;

    const result = await call(['batch', 'list', '--store', 'pglite', '--data', inside]);

    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toContain(`The embedded database in ${inside} cannot be opened`);
    expect(result.stderr).toMatch(/Check that the folder is writable/);
  });
});
