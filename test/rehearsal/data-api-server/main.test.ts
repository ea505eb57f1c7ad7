/** The command line of the Data API server. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { compileCacheVariables } from '../../support/compile-cache.ts';
import { hasPostgres } from '../../support/test-database.ts';

const main = fileURLToPath(new URL('../../../rehearsal/data-api-server/main.ts', import.meta.url));

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...compileCacheVariables },
  });
  const printed = { error: '' };
  child.stderr.on('data', (chunk) => {
    printed.error += chunk;
  });
  const line = new Promise<string>((resolve) => {
    createInterface(child.stdout).once('line', resolve);
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, printed, line, code };
}

describe('the command line of the Data API server', () => {
  it.skipIf(!hasPostgres)('the server prints its address, and stops on SIGTERM', async () => {
    const postgres = inject('postgresUrl') ?? '';
    const { child, line, code } = start(['--postgres', postgres, '--port', '0', '--database', 'a']);

    expect(JSON.parse(await line)).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      clusterArn: 'arn:aws:rds:us-east-1:123456789012:cluster:local',
      secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:local',
      database: 'a',
    });
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });

  it.each([
    [[], '--postgres is missing'],
    [['--postgres', 'postgres://a', '--port', 'x'], '--port must be a whole number, but it is x'],
    [['--prot', '1'], "Unknown option '--prot'"],
  ])('the arguments %j are refused with the usage', async (args, message) => {
    const { code, printed } = start(args);

    expect(await code).toBe(2);
    expect(printed.error).toContain(message);
    expect(printed.error).toContain('usage: node rehearsal/data-api-server/main.ts --postgres');
  });
});
