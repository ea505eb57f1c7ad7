/**
 * The programs of docs/queue-client.md, run as they stand there: a worker and a producer, processes
 * of their own that meet in a real PostgreSQL and a real Redis. Blocks of one file are its parts.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { codeBlocks, readDocument, root } from './markdown.ts';

/** A folder with the document's files, gone when the test is over. */
function folderOfFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-queue-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const { note, text: content } of codeBlocks(readDocument('docs/queue-client.md'))) {
    if (note !== '') appendFileSync(join(folder, note), content);
  }
  return folder;
}

/** Starts a program of the folder; killed when the test is over. */
function start(folder: string, program: string, settings: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said: Promise.all([text(child.stdout), text(child.stderr), ended]) };
}

describe.skipIf(!hasPostgres || noRedis !== null)('the programs of docs/queue-client.md', () => {
  it('the programs of docs/queue-client.md do what the text says', async () => {
    const [database, redis] = [await createTestDatabase(), await startRedis({ appendonly: true })];
    onTestFinished(async () => {
      await redis.stop();
      await database.drop();
    });
    const folder = folderOfFiles();
    const settings = { POSTGRES_URL: database.url, REDIS_URL: redis.url };

    const worker = start(folder, 'worker.ts', settings);
    const [stdout, stderr, status] = await start(folder, 'producer.ts', settings).said;
    worker.child.kill('SIGTERM');
    const [, workerStderr, workerStatus] = await worker.said;

    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect({ workerStderr, workerStatus }).toEqual({ workerStderr: '', workerStatus: 0 });
    expect(stdout.split('\n')).toEqual([
      'true false',
      'false true',
      expect.stringMatching(/^task\.report\.build \{"month":5,"pages":3,"key":"\S+"\}$/),
      'scheduled',
      'true ended',
      'critical 0',
      'default 1',
      'low 0',
      'true',
      '',
    ]);
  });
});
