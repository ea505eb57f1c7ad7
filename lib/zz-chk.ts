import { openMillrace } from '/work/main/lib/index.ts';
const config = { machines: {} };
const app = await openMillrace({ config });
const orders = app.machine('order');
orders.setQueueClient(app.queueClient());
const batch = await orders.executeBatch({ source: { kind: 'csv', path: 'orders.csv' } });
await app.batches.wait(batch.id);
await app.machine('letter').executeBatch({ machineId: 'order', batchId: batch.id }, 'Charge');
