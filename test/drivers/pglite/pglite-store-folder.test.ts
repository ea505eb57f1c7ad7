/** The embedded store's folder: one owner at a time, and nothing lost when the owner is killed. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../lib/drivers/pglite/folder-lock.ts';
import { openPgliteStore } from '../../../lib/drivers/pglite/pglite-store.ts';
import { staleLockMs } from '../../../lib/drivers/shared/file-lock.ts';
import { claimOne, createClaimed, leaseMs } from '../../contracts/store/store-harness.ts';

const writer = new URL('../../support/pglite-writer.ts', import.meta.url);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-pglite-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Returns the id of a process that has ended. */
async function createDeadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

describe('folder lock', () => {
  it("a second lock is refused with the owner's process id and what to do", () => {
    lockFolder(folder);

    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'STORE_LOCKED',
        message: expect.stringMatching(new RegExp(`process ${process.pid}:.*Stop that process`)),
        fields: { folder, pid: process.pid, url: null },
      }),
    );
  });

  it("a refused lock has the address of its owner's dashboard, while it has one", () => {
    const lock = lockFolder(folder);
    const url = 'http://127.0.0.1:8080/';

    lock.leaveNote(url);
    const served = expect.objectContaining({
      message: expect.stringContaining(`its dashboard and API at ${url}`),
      fields: { folder, pid: process.pid, url },
    });
    expect(() => lockFolder(folder)).toThrow(served);
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toMatch(
      new RegExp(`^${process.pid} \\S+ ${url} \\S+$`),
    );

    lock.leaveNote(null);
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({ fields: { folder, pid: process.pid, url: null } }),
    );
  });

  it('a released lock is not written again', () => {
    const lock = lockFolder(folder);
    lock.release();

    lock.leaveNote('http://127.0.0.1:8080/');

    expect(readdirSync(folder)).toEqual([]);
  });

  it('a lock of another living process is respected', () => {
    writeFileSync(join(folder, 'lock'), String(process.ppid));

    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }));
  });

  it('a lock is taken over when its process id belongs to a later process', () => {
    writeFileSync(join(folder, 'lock'), `${process.ppid} 1`);

    lockFolder(folder).release();

    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('a lock of a dead process is taken over', async () => {
    writeFileSync(join(folder, 'lock'), String(await createDeadPid()));

    const lock = lockFolder(folder);

    expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("a lock with this process's own id, and an empty one, are taken over", () => {
    writeFileSync(join(folder, 'lock'), String(process.pid));
    lockFolder(folder).release();
    writeFileSync(join(folder, 'lock'), '');

    lockFolder(folder).release();

    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

/** The lock of a process in another container of this machine, renewed `ms` milliseconds ago. */
function writeForeignLock(ms: number): void {
  const file = join(folder, 'lock');
  writeFileSync(file, `${process.pid} 123 - ${hostname()}/boot/pid:[7]`);
  const at = statSync(file).mtimeMs / 1_000 - ms / 1_000;
  utimesSync(file, at, at);
}

describe('a lock from another container or machine', () => {
  it('a lock from elsewhere is respected while it is renewed, even with the process id of this one', () => {
    writeForeignLock(staleLockMs - 5_000);

    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'STORE_LOCKED',
        message: expect.stringContaining('of another container or machine'),
      }),
    );
  });

  it('a lock from elsewhere that is no longer renewed is taken over', () => {
    writeForeignLock(staleLockMs + 1_000);

    lockFolder(folder).release();

    expect(readdirSync(folder)).toEqual([]);
  });

  it('a lock that was taken over from elsewhere is lost, and neither renewed nor removed', () => {
    const lock = lockFolder(folder);
    writeForeignLock(0);
    const foreign = readFileSync(join(folder, 'lock'), 'utf8');

    lock.leaveNote('http://127.0.0.1:8080/');

    expect(lock.isHeld()).toBe(false);
    lock.release();
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(foreign);
  });

  it('a store whose folder was taken over refuses statements, and its close writes nothing', async () => {
    const store = await openPgliteStore({ folder });
    await store.migrate();
    writeForeignLock(0);
    store.announce?.('http://127.0.0.1:8080/');

    await expect(store.listWorkers()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await store.close();

    expect(readFileSync(join(folder, 'lock'), 'utf8')).toContain('pid:[7]');
  });
});

describe('folder', () => {
  it('only their owner may enter a new folder, and the data of an old one', async () => {
    const path = join(folder, 'new');
    mkdirSync(join(folder, 'data'), { mode: 0o777 });
    for (const each of [path, folder]) await (await openPgliteStore({ folder: each })).close();

    const modeOf = (each: string) => (statSync(each).mode & 0o777).toString(8);
    expect(modeOf(path)).toBe('700');
    expect(modeOf(join(path, 'data'))).toBe('700');
    expect(modeOf(join(folder, 'data'))).toBe('700');
  });

  it('a missing folder is created, and is part of the description', async () => {
    const path = join(folder, 'deep', 'er');
    const store = await openPgliteStore({ folder: path });
    await store.migrate();
    const { id } = await createClaimed(store, { input: '"kept"' });

    expect(store.description).toBe(`PGlite in ${path}`);
    await expect(openPgliteStore({ folder: path })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await store.close();

    const again = await openPgliteStore({ folder: path });
    await again.migrate();
    expect(await again.getExecution(id)).toMatchObject({ input: '"kept"' });
    expect(await claimOne(again, id, 'worker-2')).toMatchObject({ stalls: 1 });
    await again.close();
  }, 60_000);

  it('a folder whose creation was interrupted is created again', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'PG_VERSION'), '18\n');

    const store = await openPgliteStore({ folder });
    await store.migrate();

    expect(await store.listMachines()).toEqual([]);
    await store.close();
  }, 60_000);

  it('a folder that cannot be written is reported with its path', async () => {
    writeFileSync(join(folder, 'file'), '');

    const open = openPgliteStore({ folder: join(folder, 'file', 'below') });

    await expect(open).rejects.toMatchObject({
      code: 'STORE_FAILED',
      fields: { folder: join(folder, 'file', 'below') },
    });
  });
});

describe('killed process', () => {
  it('a killed process loses nothing that was committed, and its executions are free at once', async () => {
    const child = spawn(process.execPath, [writer.pathname, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const committed: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      if (committed.push(line) === 300) break;
    }
    child.kill('SIGKILL');
    await exited;

    const store = await openPgliteStore({ folder });
    await store.migrate();

    const lost = [];
    for (const id of committed) {
      const execution = await store.getExecution(id);
      const chunks = await store.readHistory(id, 1, 10);
      if (execution?.snapshot !== `"${id}"` || chunks.length !== 1) lost.push(id);
    }
    expect(lost).toEqual([]);
    const { claimed } = await store.claim('worker-2', leaseMs, committed);
    expect(claimed).toHaveLength(committed.length);
    await store.close();
  }, 120_000);
});
