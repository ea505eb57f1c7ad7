/** Ctrl-C, SIGTERM and a second Ctrl-C in the middle of a batch. */
import { describe, expect, it } from 'vitest';
import { decodeHistory } from '../../lib/engine/history/decode-history.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { parseDocument, runToEnd, startCli, sumsConfig } from './cli-process.ts';
import { createPostgresDatabase, type PostgresDatabase } from './process-database.ts';

const items = 400;
const concurrency = 50;
const variables = { ITEMS: String(items), CONCURRENCY: String(concurrency), LOG_LEVEL: 'silent' };

interface OpenExecutions {
  readonly held: number;
  readonly attempts: number;
  readonly stalls: number;
  readonly answered: number;
}

/** Counts what open executions hold and have used, and how many executions have passed the gate. */
async function countOpen({ query }: PostgresDatabase): Promise<OpenExecutions | undefined> {
  type Row = Omit<OpenExecutions, 'answered'> & { readonly chunks: readonly string[] | null };
  const [row] = await query<Row>(`
    SELECT count(worker_id)::int AS held, sum(attempts)::int AS attempts,
      (SELECT sum(stalls)::int FROM millrace.executions) AS stalls,
      (SELECT json_agg(events) FROM millrace.history) AS chunks
    FROM millrace.executions WHERE ended_at IS NULL`);
  if (row === undefined) return undefined;
  const { chunks, ...counts } = row;
  const exits = (chunks ?? [])
    .flatMap(decodeHistory)
    .filter(({ stateExitedEventDetails: details }) => details?.name === 'Gate');
  return { ...counts, answered: exits.length };
}

describe.skipIf(!hasPostgres).concurrent('a process that is stopped in mid-batch', () => {
  it.for(['SIGINT', 'SIGTERM'] as const)(
    '%s lets running handlers answer and keeps their results, and the batch can be resumed',
    { timeout: 120_000 },
    async (signal, context) => {
      const database = await createPostgresDatabase(context);
      const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
      const args = [...start, ...database.options];
      const run = startCli(context, args, { ...variables, GATE: 'signal' });
      await run.waitForStderr(/^holding$/, concurrency);

      run.kill(signal);

      const ended = await run.ended;
      expect(ended).toMatchObject({ status: 130, signal: null });
      expect(parseDocument(ended)).toMatchObject({ error: { code: 'STOPPED' } });
      const stopped = { held: 0, attempts: 0, stalls: 0, answered: concurrency };
      expect(await countOpen(database)).toEqual(stopped);
      const resumed = await runToEnd(context, [...args, '--resume'], variables);
      expect(parseDocument(resumed)).toMatchObject(expectedSums(items));
      expect(await database.findFaults()).toEqual([]);
      expect(await countOpen(database)).toMatchObject({ held: 0, stalls: 0, answered: 396 });
    },
  );

  it('executions that do not answer within the grace period are released without a failure', {
    timeout: 120_000,
  }, async (context) => {
    const database = await createPostgresDatabase(context);
    const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
    const args = [...start, ...database.options];
    const run = startCli(context, args, { ...variables, GATE: 'never', GRACE_SECONDS: '1' });
    await run.waitForStderr(/^holding$/, concurrency);

    run.kill('SIGINT');

    expect(await run.ended).toMatchObject({ status: 130, signal: null });
    expect(await countOpen(database)).toEqual({ held: 0, attempts: 0, stalls: 0, answered: 0 });
    const resumed = await runToEnd(context, [...args, '--resume'], variables);
    expect(parseDocument(resumed)).toMatchObject(expectedSums(items));
    expect(await database.findFaults()).toEqual([]);
  });

  it('a second signal ends the process at once, however long the grace period', {
    timeout: 120_000,
  }, async (context) => {
    const database = await createPostgresDatabase(context);
    const options = ['--config', sumsConfig, ...database.options];
    const start = ['batch', 'start', 'sums', '--detach', ...options];
    const detached = await runToEnd(context, start, variables);
    const run = startCli(context, ['dev', ...options], {
      ...variables,
      GATE: 'never',
      GRACE_SECONDS: '3600',
    });
    await run.waitForStderr(/^holding$/, concurrency);
    run.kill('SIGINT');
    await run.waitForStderr(/^stopping/);

    run.kill('SIGINT');

    expect(detached.status).toBe(0);
    expect(await run.ended).toMatchObject({ status: 130, signal: null });
  });
});
