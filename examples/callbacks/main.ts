/** Runs two purchases, and plays everyone that they wait for: a person, a bank, a warehouse. */
import { openMillrace } from 'millrace';
import { inbox } from './inbox.ts';
import config from './millrace.config.ts';

/** Runs the example. Returns the outputs of both executions. */
export async function run(print: (line: string) => void): Promise<unknown[]> {
  const app = await openMillrace({
    config,
    folder: import.meta.dirname,
    flags: { store: 'memory', broker: 'memory' },
  });
  try {
    await app.start();
    const start = (id: string) => app.executions.start({ machineId: 'purchase', input: { id } });
    const [approved, refused] = [await start('P-1'), await start('P-2')];

    // A person, by the token. Any process that reaches the store can do this, months later.
    await app.taskTokens.sendSuccess(await inbox.take('P-1'), { by: 'Ada' });
    await app.taskTokens.sendFailure(await inbox.take('P-2'), {
      error: 'Refused',
      cause: 'over the budget',
    });
    print('P-1 is approved, P-2 is refused');

    // The bank, by a message. One that comes too early is kept.
    await app.messages.send({ key: 'paid', value: 'P-1', body: { cents: 1999 } });
    print('P-1 is paid');

    // The warehouse, by polling. It gets the input of the state, and a token to answer with.
    const work = await app.activities.poll('pack', { workerName: 'warehouse' });
    if (work === null) throw new Error('there is nothing to pack');
    await app.taskTokens.sendSuccess(work.taskToken, { parcel: 'parcel of P-1' });
    print('P-1 is packed');

    const ends = [approved, refused].map(({ executionId }) => app.executions.wait(executionId));
    const outputs = (await Promise.all(ends)).map((end) => JSON.parse(end?.output ?? 'null'));
    for (const output of outputs) print(JSON.stringify(output));
    return outputs;
  } finally {
    await app.close();
  }
}

if (import.meta.main) await run(console.log);
