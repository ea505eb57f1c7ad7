/** The memory store runs the store contract. */
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { storeContract } from '../../contracts/store/store-contract.ts';

storeContract('memory', async (clock) => ({
  fresh: async () => openMemoryStore({ now: () => clock.now() }),
  close: async () => {},
}));
