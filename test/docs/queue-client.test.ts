/**
 * The programs of docs/queue-client.md run unchanged: a worker and a producer as processes that
 * share a real PostgreSQL and a real Redis. Blocks of the same file are parts of one program.
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
import { openMillrace } from '../../lib/app/millrace.ts';
import { programVariables } from '../support/program-variables.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { codeBlocks, codeIn, readDocument, root, section, tableRows } from './markdown.ts';

const document = readDocument('docs/queue-client.md');

/** Creates a folder with the document's files, removed after the test. */
function folderOfFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-queue-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const { note, text: content } of codeBlocks(document)) {
    if (note !== '') appendFileSync(join(folder, note), content);
  }
  return folder;
}

/** Starts a program of the folder; it is killed after the test. */
function start(folder: string, program: string, settings: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH, ...programVariables, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: Promise.all([text(child.stdout), text(child.stderr), ended]) };
}

it('docs/queue-client.md lists the members of the objects of an app', async () => {
  const app = await openMillrace({ config: { machines: {} }, flags: { store: 'memory' } });
  onTestFinished(() => app.close());
  const listed = tableRows(section(document, '## Commands')).map(([object = '', members = '']) => [
    codeIn(object)[0]?.replace('app.', ''),
    codeIn(members).toSorted(),
  ]);

  const resources = Object.entries(app).map(([name, resource]) => [name, membersOf(resource)]);

  expect(listed).toEqual(resources);
});

/** Returns the names of an object's methods and properties, sorted. */
function membersOf(object: object): string[] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
  return names.filter((name) => name !== 'constructor').toSorted();
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
    const [stdout, stderr, status] = await start(folder, 'producer.ts', settings).output;
    worker.child.kill('SIGTERM');
    const [, workerStderr, workerStatus] = await worker.output;

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
