/** Handlers that harm their process: what becomes of it, and of the other executions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import type { CliProcess } from './cli-process.ts';
import { createFaultsFleet, plainItems } from './faults-fleet.ts';
import type { Fleet } from './fleet.ts';
import { createTemporaryFolder } from './process-database.ts';

/** Starts a worker again whenever it ends, until `ended` aborts; returns how often it ended. */
async function restartWorker(
  fleet: Fleet,
  first: CliProcess,
  ended: AbortSignal,
): Promise<{ readonly deaths: number; readonly last: CliProcess }> {
  const isOver = new Promise<null>((resolve) => {
    ended.addEventListener('abort', () => resolve(null), { once: true });
  });
  let last = first;
  for (let deaths = 0; ; deaths += 1) {
    const end = await Promise.race([last.ended, isOver]);
    if (end === null) return { deaths, last };
    if (ended.aborted) return { deaths, last };
    last = await fleet.start('worker').catch(() => last);
  }
}

describe
  .skipIf(!hasPostgres || noRedis !== null)
  .concurrent('a handler that harms its process', () => {
    it('a poison among fifty innocents ends Millrace.Stalled, and all of them succeed', {
      timeout: 300_000,
    }, async (context) => {
      const items = [...plainItems(25, 800), { kind: 'poison', ms: 300 } as const];
      const { fleet, listExecutions, findFaults } = await createFaultsFleet(
        context,
        [...items, ...plainItems(25, 800)],
        { LEASE_SECONDS: '2' },
      );
      const [batchId, worker] = await Promise.all([
        fleet.startBatch('faults'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);
      const ended = new AbortController();
      context.onTestFinished(() => ended.abort());
      const restarting = restartWorker(fleet, worker, ended.signal);

      await fleet.waitForEnd(batchId);
      ended.abort();

      expect((await restarting).deaths).toBeGreaterThanOrEqual(6);
      await fleet.stop();
      const executions = await listExecutions();
      const innocents = executions.filter(({ kind }) => kind === 'plain');
      expect(innocents).toHaveLength(50);
      for (const innocent of innocents) {
        expect(innocent).toMatchObject({ status: 'SUCCEEDED', error: null, attempts: 0 });
      }
      expect(executions.filter(({ kind }) => kind === 'poison')).toMatchObject([
        { status: 'FAILED', error: 'Millrace.Stalled', stalls: 6 },
      ]);
      expect(await findFaults()).toEqual([]);
    });

    it('a stray rejection, a late throw and an unreadable error fail their own executions within 30 s', {
      timeout: 240_000,
    }, async (context) => {
      const { fleet, listExecutions, findFaults } = await createFaultsFleet(context, [
        ...plainItems(3, 4_000),
        { kind: 'stray', ms: 0 },
        { kind: 'late', ms: 0 },
        { kind: 'odd', ms: 0 },
      ]);
      const [batchId, worker] = await Promise.all([
        fleet.startBatch('faults'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);

      await worker.waitForStderr(/stray rejection in a handler: its task fails .*state="Work"/);
      await worker.waitForStderr(/uncaught exception in a handler: its task fails/);
      await worker.waitForStderr(/attempt failed: ended .*state="Work"/, 3);
      await fleet.waitForEnd(batchId);
      const ends = await fleet.stop();

      for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await listExecutions()).toMatchObject([
        { kind: 'plain', status: 'SUCCEEDED', stalls: 0 },
        { kind: 'plain', status: 'SUCCEEDED', stalls: 0 },
        { kind: 'plain', status: 'SUCCEEDED', stalls: 0 },
        { kind: 'stray', status: 'FAILED', error: 'Error' },
        { kind: 'late', status: 'FAILED', error: 'RangeError' },
        { kind: 'odd', status: 'FAILED', error: 'Error' },
      ]);
      expect(await findFaults()).toEqual([]);
    });

    it('an exception outside of handlers ends the process with 70 within 20 s, and costs the others no stall', {
      timeout: 240_000,
    }, async (context) => {
      const fatal = join(createTemporaryFolder(context), 'fatal');
      const { fleet, listExecutions, findFaults } = await createFaultsFleet(
        context,
        plainItems(20, 6_000),
      );
      const [batchId, doomed] = await Promise.all([
        fleet.startBatch('faults'),
        fleet.start('worker', { FATAL_FILE: fatal }),
        fleet.start('leader'),
      ]);
      await doomed.waitForStderr(/^working plain$/, 20);
      writeFileSync(fatal, '');

      expect(await doomed.ended).toMatchObject({
        status: 70,
        stderr: expect.stringMatching(/uncaught exception outside of handlers.*from a library/),
      });
      await fleet.start('worker');
      await fleet.waitForEnd(batchId);
      await fleet.stop();

      for (const execution of await listExecutions()) {
        expect(execution).toMatchObject({ status: 'SUCCEEDED', stalls: 0, attempts: 0 });
      }
      expect(await findFaults()).toEqual([]);
    });

    it('a handler that blocks the event loop beyond the lease is named, and its result counts', {
      timeout: 240_000,
    }, async (context) => {
      const { fleet, listExecutions, findFaults } = await createFaultsFleet(
        context,
        [{ kind: 'block', ms: 5_000 }, ...plainItems(2, 8_000)],
        { LEASE_SECONDS: '2', CONCURRENCY: '3' },
      );
      const [batchId, worker] = await Promise.all([
        fleet.startBatch('faults'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);

      await worker.waitForStderr(/event loop blocked for 2 s: its lease runs out/);
      await worker.waitForStderr(/event loop blocked: .*faults/);
      await worker.waitForStderr(/lease lapsed: .*kept=/);
      await fleet.waitForEnd(batchId);
      await fleet.stop();

      for (const execution of await listExecutions()) {
        expect(execution).toMatchObject({ status: 'SUCCEEDED', stalls: 0, attempts: 0 });
      }
      expect(await findFaults()).toEqual([]);
    });

    it('a process whose event loop is blocked for good is killed after four leases', {
      timeout: 240_000,
    }, async (context) => {
      const { fleet } = await createFaultsFleet(context, [{ kind: 'block', ms: 600_000 }], {
        LEASE_SECONDS: '2',
      });
      const [, worker] = await Promise.all([
        fleet.startBatch('faults'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);

      expect(await worker.ended).toMatchObject({
        signal: 'SIGKILL',
        stderr: expect.stringMatching(/event loop blocked for \d+ s: the process is killed/),
      });
    });
  });
