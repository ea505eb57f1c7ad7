/** Runs a batch of orders, and then a batch of letters over what the first has done. */
import { openMillrace } from 'millrace';
import config from './millrace.config.ts';

/** Runs the example. Returns the letters. */
export async function run(print: (line: string) => void): Promise<unknown[]> {
  const app = await openMillrace({
    config,
    folder: import.meta.dirname,
    flags: { store: 'memory', broker: 'memory' },
  });
  try {
    await app.start();
    const { id } = await app.batches.start('orders');
    const { status, succeeded, failed } = await app.batches.wait(id);
    print(`orders ${status}: ${succeeded} shipped, ${failed} refused`);

    // The source of the second batch is a state of the executions of the first. Each is taken once:
    // the same call makes no second letter for an order that has one.
    const letters = app.machine('letter');
    const chain = () =>
      letters.executeBatch({ batchId: id, status: 'SUCCEEDED' }, 'Charge', {
        transformer: 'toLetter',
      });
    const first = await chain();
    const second = await chain();
    print(`letters ${first.status}: ${first.succeeded} written; again: ${second.created}`);

    const { entries } = await app.executions.list({ batchId: first.id });
    const ends = await Promise.all(entries.map((each) => app.executions.wait(each.id)));
    const texts = ends.map((end) => JSON.parse(end?.output ?? 'null')).sort();
    for (const text of texts) print(text);
    return texts;
  } finally {
    await app.close();
  }
}

if (import.meta.main) await run(console.log);
