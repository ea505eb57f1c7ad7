/** The embedded store's folder: one owner at a time, and nothing lost when the owner is killed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../lib/drivers/pglite/folder-lock.ts';
import { openPgliteStore } from '../../../lib/drivers/pglite/pglite-store.ts';
import { claimOne, createClaimed, leaseMs } from '../../contracts/store/store-harness.ts';

const writer = new URL('../../support/pglite-writer.ts', import.meta.url);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-pglite-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A process that has ended; its id is nobody's. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

describe('the lock', () => {
  it("is refused to a second owner, with the first one's process id and what to do", () => {
    lockFolder(folder);

    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'STORE_LOCKED',
        message: expect.stringMatching(new RegExp(`process ${process.pid}:.*Stop that process`)),
        fields: { folder, pid: process.pid },
      }),
    );
  });

  it('is refused while another living process has it', () => {
    writeFileSync(join(folder, 'lock'), String(process.ppid));

    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }));
  });

  it('of a process that is gone is taken over, though another process has its id by now', () => {
    writeFileSync(join(folder, 'lock'), `${process.ppid} 1`);

    lockFolder(folder)();

    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('of a process that is gone is taken over', async () => {
    writeFileSync(join(folder, 'lock'), String(await deadPid()));

    const unlock = lockFolder(folder);

    expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of an earlier process with this one's id is taken over, and so is an empty one", () => {
    writeFileSync(join(folder, 'lock'), String(process.pid));
    lockFolder(folder)();
    writeFileSync(join(folder, 'lock'), '');

    lockFolder(folder)();

    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

describe('the folder', () => {
  it('is made when missing, and tells in the description which it is', async () => {
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

  it('that was being made when its process was killed is made anew', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'PG_VERSION'), '18\n');

    const store = await openPgliteStore({ folder });
    await store.migrate();

    expect(await store.listMachines()).toEqual([]);
    await store.close();
  }, 60_000);

  it('that cannot be written is told of, with the path', async () => {
    writeFileSync(join(folder, 'file'), '');

    const open = openPgliteStore({ folder: join(folder, 'file', 'below') });

    await expect(open).rejects.toMatchObject({
      code: 'STORE_FAILED',
      fields: { folder: join(folder, 'file', 'below') },
    });
  });
});

describe('a process that is killed in mid-write', () => {
  it('loses nothing that was answered, and what it held is free at once', async () => {
    const child = spawn(process.execPath, [writer.pathname, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const answered: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      if (answered.push(line) === 300) break;
    }
    child.kill('SIGKILL');
    await exited;

    const store = await openPgliteStore({ folder });
    await store.migrate();

    const lost = [];
    for (const id of answered) {
      const execution = await store.getExecution(id);
      const chunks = await store.readHistory(id, 1, 10);
      if (execution?.snapshot !== `"${id}"` || chunks.length !== 1) lost.push(id);
    }
    expect(lost).toEqual([]);
    const { claimed } = await store.claim('worker-2', leaseMs, answered);
    expect(claimed).toHaveLength(answered.length);
    await store.close();
  }, 120_000);
});
