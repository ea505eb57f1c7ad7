/** Does what one does with a job queue: enqueue, once only, later, retry, dead letters, results. */
import { openMillrace } from 'millrace';
import config, { done, mailServer } from './millrace.config.ts';

/** Runs the example. Returns what the handlers have done. */
export async function run(print: (line: string) => void): Promise<string[]> {
  const app = await openMillrace({
    config,
    folder: import.meta.dirname,
    flags: { store: 'memory', broker: 'memory' },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const client = app.queueClient();
  try {
    await app.start();

    // queue.add('report:build', { month: 5 }, { priority }); its result is kept.
    const report = await client.enqueueTask('report:build', { month: 5 }, { priority: 'critical' });
    const { output } = (await app.executions.wait(report.executionId)) ?? {};
    print(`the report: ${output}`);

    // jobId, or asynq.Unique: while one is open, a second is the same.
    const later = { delayMs: 60_000 };
    const reminder = await client.scheduleTask('report:build', { month: 6 }, later, {
      unique: 'june',
    });
    const again = await client.enqueueTask('report:build', { month: 6 }, { unique: 'june' });
    print(`a second one for June: ${again.created ? 'created' : 'the same'}`);
    print(`the reminder is cancelled: ${await client.cancelScheduled(reminder.executionId)}`);

    // attempts and backoff; what has none left is in the archive, with its error.
    const email = await client.enqueueTask(
      'email:send',
      { to: 'ada@example.com' },
      { retriesMax: 1 },
    );
    await app.executions.wait(email.executionId);
    const { entries } = await app.archive.list();
    for (const { attempts, reason } of entries)
      print(`archived after ${attempts} attempts: ${reason}`);

    // job.retry(), or asynq task run.
    mailServer.isUp = true;
    await app.executions.redrive(email.executionId);
    await app.executions.wait(email.executionId);
    print(done.join(', '));
    return [...done];
  } finally {
    await client.close();
    await app.close();
  }
}

if (import.meta.main) await run(console.log);
