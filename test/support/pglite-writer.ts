/**
 * A process that writes checkpoints to an embedded store in an endless loop, and prints each id
 * when its commit returns.
 */
import { openPgliteStore } from '../../lib/drivers/pglite/pglite-store.ts';
import { checkpoint, createClaimed } from '../contracts/store/store-harness.ts';

const [, , folder = ''] = process.argv;
const store = await openPgliteStore({ folder });
await store.migrate();
for (;;) {
  const claimed = await createClaimed(store);
  const step = { snapshot: `"${claimed.id}"`, events: '[{"id":1}]', firstEventId: 1 };
  await store.commit([checkpoint(claimed, step)]);
  process.stdout.write(`${claimed.id}\n`);
}
