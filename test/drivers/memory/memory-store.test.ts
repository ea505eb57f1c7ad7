/** The store in plain data structures, held to the contract that it is the reference of. */
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { storeContract } from '../../contracts/store/store-contract.ts';

storeContract('memory', async (clock) => ({
  fresh: async () => openMemoryStore({ now: () => clock.now() }),
  close: async () => {},
}));
