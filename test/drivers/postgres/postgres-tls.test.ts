/** TLS to a PostgreSQL whose certificate is signed by an authority of the test. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresClient } from '../../../lib/drivers/postgres/postgres-client.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { serverOwner } from '../../../rehearsal/postgres/own-postgres.ts';
import { reasonWithout } from '../../support/installed-program.ts';
import { type OwnPostgres, startOwnPostgres } from '../../support/postgres.ts';
import { rejection } from '../../support/rejection.ts';
import { hasPostgres } from '../../support/test-database.ts';

const noOpenssl = reasonWithout('openssl', "install Debian's package openssl");
const isEncrypted = {
  name: 'is_encrypted',
  text: `SELECT ssl AS "ssl" FROM pg_stat_ssl
    WHERE pid = pg_backend_pid() AND CAST($1 AS json) IS NOT NULL`,
};

describe.skipIf(!hasPostgres || noOpenssl !== null)('TLS to a PostgreSQL', () => {
  let folder = '';
  let server: OwnPostgres;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
    createCertificates(folder);
    const owner = serverOwner();
    for (const path of owner === null ? [] : [folder, join(folder, 'server.key')]) {
      chownSync(path, owner?.uid ?? 0, owner?.gid ?? 0);
    }
    const started = await startOwnPostgres({
      settings: {
        ssl: 'on',
        ssl_cert_file: join(folder, 'server.crt'),
        ssl_key_file: join(folder, 'server.key'),
      },
    });
    if (started === null) throw new Error('there are no binaries to start a PostgreSQL from');
    server = started;
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(query: string): Promise<object[]> {
    const client = new PostgresClient({ clock: systemClock, url: `${server.url}${query}` });
    return await client.call(isEncrypted, []).finally(() => client.close());
  }

  it.each([
    ['no sslmode', '', false],
    ['sslmode=disable', '?sslmode=disable', false],
    ['sslmode=no-verify', '?sslmode=no-verify', true],
    ['libpq sslmode=require', '?sslmode=require&uselibpqcompat=true', true],
  ])('a connection with %s succeeds, encrypted or not', async (_, query, ssl) => {
    expect(await ask(query)).toEqual([{ ssl }]);
  });

  it.each(['require', 'prefer', 'verify-full'])(
    'sslmode=%s refuses an unknown authority and names the remedy',
    async (mode) => {
      expect(await rejection(ask(`?sslmode=${mode}`))).toMatchObject({
        code: 'STORE_UNAVAILABLE',
        retryable: false,
        message: expect.stringMatching(/certificate .* was refused: .*sslrootcert=/),
      });
    },
  );

  it('sslmode=verify-full accepts the authority in sslrootcert for the name that it has signed', async () => {
    const root = `sslrootcert=${join(folder, 'ca.crt')}`;

    expect(await ask(`?host=localhost&sslmode=verify-full&${root}`)).toEqual([{ ssl: true }]);
    expect(await rejection(ask(`?sslmode=verify-full&${root}`))).toMatchObject({
      retryable: false,
      message: expect.stringContaining('127.0.0.1'),
    });
  });

  it('sslmode=verify-ca accepts the authority in sslrootcert for any name', async () => {
    expect(await ask(`?sslmode=verify-ca&sslrootcert=${join(folder, 'ca.crt')}`)).toEqual([
      { ssl: true },
    ]);
  });
});

/** An authority, and a certificate for the name localhost that it has signed. */
function createCertificates(folder: string): void {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test CA');
  openssl(
    'req',
    ...key.slice(0, 3),
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  );
  const sign = ['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key'];
  openssl(...sign, '-CAcreateserial', '-days', '2', '-out', 'server.crt');
  chmodSync(join(folder, 'server.key'), 0o600);
}
