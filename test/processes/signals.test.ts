/** What Ctrl-C, SIGTERM and a second Ctrl-C do to a process in the middle of a batch. */
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../support/check-store.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { documentOf, runToEnd, startCli, sumsConfig } from './cli-process.ts';
import { type DataHome, postgresHome } from './data-home.ts';

const items = 400;
const concurrency = 50;
const shape = { ITEMS: String(items), CONCURRENCY: String(concurrency), LOG_LEVEL: 'silent' };

interface Standing {
  readonly held: number;
  readonly attempts: number;
  readonly stalls: number;
  readonly answered: number;
}

/** Where the executions stand that have not ended, and how many of all have passed the gate. */
async function standingOf({ query }: DataHome): Promise<Standing | undefined> {
  const [standing] = await query<Standing>(`
    SELECT count(worker_id)::int AS held, sum(attempts)::int AS attempts,
      (SELECT sum(stalls)::int FROM millrace.executions) AS stalls,
      (SELECT count(*)::int FROM millrace.history, json_array_elements(events::json) AS event
        WHERE event->>'type' = 'TaskStateExited'
        AND event->'stateExitedEventDetails'->>'name' = 'Gate') AS answered
    FROM millrace.executions WHERE ended_at IS NULL`);
  return standing;
}

describe.skipIf(!hasPostgres)('a process that is told to stop in mid-batch', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s lets running handlers answer, keeps what they said, and the batch can go on',
    { timeout: 60_000 },
    async (signal) => {
      const home = await postgresHome();
      const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...home.words];
      const run = startCli(start, { ...shape, GATE: 'signal' });
      await run.saysOnStderr(/^holding$/, concurrency);

      run.kill(signal);

      const ended = await run.ended;
      expect(ended).toMatchObject({ status: 130, signal: null });
      expect(documentOf(ended)).toMatchObject({ error: { code: 'STOPPED' } });
      const stopped = { held: 0, attempts: 0, stalls: 0, answered: concurrency };
      expect(await standingOf(home)).toEqual(stopped);
      const resumed = await runToEnd([...start, '--resume'], shape);
      expect(documentOf(resumed)).toMatchObject(expectedSums(items));
      expect(await faultsOf(home.query)).toEqual([]);
      expect(await standingOf(home)).toMatchObject({ held: 0, stalls: 0, answered: 396 });
    },
  );

  it('hands back what does not answer within the grace, without counting it as a failure', async () => {
    const home = await postgresHome();
    const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...home.words];
    const run = startCli(start, { ...shape, GATE: 'never', GRACE_SECONDS: '1' });
    await run.saysOnStderr(/^holding$/, concurrency);

    run.kill('SIGINT');

    expect(await run.ended).toMatchObject({ status: 130, signal: null });
    expect(await standingOf(home)).toEqual({ held: 0, attempts: 0, stalls: 0, answered: 0 });
    const resumed = await runToEnd([...start, '--resume'], shape);
    expect(documentOf(resumed)).toMatchObject(expectedSums(items));
    expect(await faultsOf(home.query)).toEqual([]);
  });

  it('a second time ends at once, however long the grace', async () => {
    const home = await postgresHome();
    const options = ['--config', sumsConfig, ...home.words];
    const detached = await runToEnd(['batch', 'start', 'sums', '--detach', ...options], shape);
    const run = startCli(['dev', ...options], { ...shape, GATE: 'never', GRACE_SECONDS: '3600' });
    await run.saysOnStderr(/^holding$/, concurrency);
    run.kill('SIGINT');
    await run.saysOnStderr(/^stopping/);

    run.kill('SIGINT');

    expect(detached.status).toBe(0);
    expect(await run.ended).toMatchObject({ status: 130, signal: null });
  });
});
