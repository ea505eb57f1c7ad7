/** A store with a simulated clock, a machine and a batch, for tests of reports on figures. */
import { parseDefinition } from '../../../lib/asl/parse.ts';
import { resolveSettings, type Settings } from '../../../lib/config/settings.ts';
import { MemoryBroker } from '../../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { createBatch } from '../../contracts/store/figure-harness.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const task = (more: object) => ({ Type: 'Task', Resource: 'work', ...more });

/** A machine with a Map, a Parallel and a distributed Map. */
const definition = {
  StartAt: 'Load',
  States: {
    Load: task({ Next: 'Lines' }),
    Lines: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Price', States: { Price: task({ End: true }) } },
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Ship', States: { Ship: task({ End: true }) } }],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Label: 'Each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Child',
        States: { Child: task({ End: true }) },
      },
      End: true,
    },
  },
};

/** Opens the store, with a batch of `count` claimed executions. */
export async function openFigures(count: number, changes: Partial<Settings> = {}) {
  const clock = new SimulatedClock();
  const store = openMemoryStore({ now: () => clock.now() });
  const folders = { config: '.', current: '.' };
  const settings = { ...resolveSettings({}, { store: 'memory' }, folders), ...changes };
  const broker = new MemoryBroker({ clock });
  const text = JSON.stringify(parseDefinition(JSON.stringify(definition)));
  await store.putMachine('orders', 'STANDARD', text);
  const batch = await createBatch(store, count);
  return { context: { store, clock, settings, broker }, store, clock, ...batch };
}
