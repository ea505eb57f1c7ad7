/** Runs an execution with an inline Map and a nested execution, and one with a distributed Map. */
import { openMillrace } from 'millrace';
import config from './millrace.config.ts';

/** Runs the example. Returns the outputs of both executions. */
export async function run(print: (line: string) => void): Promise<unknown[]> {
  const app = await openMillrace({
    config,
    folder: import.meta.dirname,
    flags: { store: 'memory', broker: 'memory' },
  });
  try {
    const order = {
      id: 'A-1',
      lines: [
        { sku: 'bolt', count: 3 },
        { sku: 'washer', count: 2 },
      ],
    };
    const shipment = await app.machine('shipment').execute(order);
    print(`shipment ${shipment.status}: ${JSON.stringify(shipment.output)}`);

    const invoices = await app.machine('invoices').execute({});
    print(`invoices ${invoices.status}: ${JSON.stringify(invoices.output)}`);

    // The run of a distributed Map is a batch, which can be listed, paused and redriven.
    const { entries } = await app.batches.list();
    for (const { name, status, created } of entries) print(`${name} ${status}, ${created} items`);
    return [shipment.output, invoices.output];
  } finally {
    await app.close();
  }
}

if (import.meta.main) await run(console.log);
