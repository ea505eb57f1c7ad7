/** The server of health checks, and how a process is judged. */
import { afterEach, describe, expect, it } from 'vitest';
import { judgeHealth } from '../../../lib/app/process-health.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { LoopProgress } from '../../../lib/roles/role.ts';
import { type HealthServer, serveHealth } from '../../../lib/server/health/serve-health.ts';

const well: LoopProgress = {
  name: 'worker',
  state: 'working',
  quietMs: 10,
  quietMsMax: 50_000,
  failures: 0,
  hasSucceeded: true,
};
const stuck: LoopProgress = { ...well, quietMs: 50_001 };

describe('the health of a process', () => {
  it('a process is ready when each loop has succeeded and none is failing', () => {
    expect(judgeHealth([well], false)).toMatchObject({ live: true, ready: true });
    expect(judgeHealth([], false)).toMatchObject({ live: true, ready: true });
    for (const loop of [
      { ...well, hasSucceeded: false },
      { ...well, failures: 1 },
    ]) {
      expect(judgeHealth([well, loop], false)).toMatchObject({ live: true, ready: false });
    }
    expect(judgeHealth([well], true)).toMatchObject({ live: true, ready: false });
  });

  it('a process with a stuck loop is not live, and a long wait is not stuck', () => {
    expect(judgeHealth([well, stuck], false)).toMatchObject({ live: false, ready: false });
    expect(judgeHealth([{ ...stuck, state: 'waiting' }], false)).toMatchObject({ live: true });
  });
});

describe('the server of health checks', () => {
  let server: HealthServer | null = null;

  afterEach(async () => {
    await server?.close();
    server = null;
  });

  async function start(loops: readonly LoopProgress[]): Promise<string> {
    const read = () => judgeHealth(loops, false);
    server = await serveHealth({ read, clock: systemClock, port: 0 });
    return server.url;
  }

  it('the checks answer 200 with the progress of each loop', async () => {
    const url = await start([well]);

    const live = await fetch(`${url}/livez`);
    const ready = await fetch(`${url}/readyz`);

    expect([live.status, ready.status]).toEqual([200, 200]);
    expect(await live.json()).toEqual({ live: true, loops: [{ ...well, isStuck: false }] });
    expect(await ready.json()).toMatchObject({ ready: true });
  });

  it('the checks of a stuck process answer 503', async () => {
    const url = await start([stuck]);

    for (const path of ['/livez', '/readyz']) expect((await fetch(url + path)).status).toBe(503);
  });

  it('other paths and methods are refused', async () => {
    const url = await start([well]);

    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/livez`, { method: 'POST' })).status).toBe(405);
  });
});
