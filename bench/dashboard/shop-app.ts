/**
 * The app whose executions fill the tables: three machines whose handlers fail for some items, so
 * that there are failures by several errors in several states, and an archive.
 */
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { Handlers } from '../../lib/drivers/handlers/handler.ts';
import { threeTasksApp } from '../three-tasks.ts';

/** A machine of the app, and how many executions of it are run for real. */
export interface ShopMachine {
  readonly machineId: string;
  /** The queue of its executions. */
  readonly queue: string;
  /** Executions that are run for real; all others are copies of them. */
  readonly templates: number;
}

/** The machine of large batches. */
export const orders: ShopMachine = { machineId: 'orders', queue: 'default', templates: 1_000 };

/** The machine of many tiny batches. */
export const parcels: ShopMachine = { machineId: 'parcels', queue: 'critical', templates: 20 };

/** A machine that ran long ago, once, on a queue of its own. */
export const refunds: ShopMachine = { machineId: 'refunds', queue: 'low', templates: 200 };

/** All machines. */
export const shopMachines: readonly ShopMachine[] = [orders, parcels, refunds];

const task = (next: string | null, more: object = {}) => ({
  Type: 'Task',
  Resource: 'work',
  ...(next === null ? { End: true } : { Next: next }),
  ...more,
});

const definitions = {
  orders: {
    StartAt: 'Check',
    States: {
      Check: task('Charge'),
      Charge: {
        Type: 'Task',
        Resource: 'charge',
        Retry: [{ ErrorEquals: ['CardServiceBusy'], IntervalSeconds: 1, MaxAttempts: 1 }],
        Next: 'Ship',
      },
      Ship: {
        Type: 'Task',
        Resource: 'ship',
        Catch: [{ ErrorEquals: ['OutOfStock'], Next: 'BackOrder' }],
        Next: 'Notify',
      },
      BackOrder: task(null),
      Notify: { Type: 'Task', Resource: 'notify', End: true },
    },
  },
  parcels: { StartAt: 'Label', States: { Label: task('Hand'), Hand: { ...task(null) } } },
  refunds: { StartAt: 'Repay', States: { Repay: { ...task(null), Resource: 'repay' } } },
} as const;

/** An order, by its number in the file. */
interface Item {
  readonly order: number;
}

/** Fails with this error when the condition holds. */
function failIf(condition: boolean, name: string, message: string): void {
  if (condition) throw Object.assign(new Error(message), { name });
}

const handlers: Handlers = {
  work: async (item: Item) => {
    failIf(item.order % 20 === 19 && 'parcel' in item, 'LabelUnreadable', 'the printer is out');
    return item;
  },
  charge: async (item: Item) => {
    failIf(item.order % 50 === 0, 'CardDeclined', `order ${item.order}: 402 from the bank`);
    return { ...item, charged: true };
  },
  ship: async (item: Item) => {
    failIf(item.order % 200 === 7, 'AddressUnknown', `order ${item.order} has no address`);
    failIf(item.order % 25 === 4, 'OutOfStock', 'none left');
    return { ...item, shipped: true };
  },
  notify: async (item: Item) => {
    failIf(item.order % 1_000 === 3, 'MailboxFull', 'the mailbox is full');
    return { ...item, notified: true };
  },
  repay: async (item: Item) => {
    failIf(item.order % 100 === 42, 'LedgerLocked', 'the ledger is locked');
    return { ...item, repaid: true };
  },
};

/** The app, with a batch for each machine. @param pathOf the file with the items of a machine */
export function createShopApp(pathOf: (machine: ShopMachine) => string): MillraceConfig {
  return {
    handlers: { ...threeTasksApp.handlers, ...handlers },
    machines: {
      ...threeTasksApp.machines,
      orders: { definition: definitions.orders },
      parcels: { definition: definitions.parcels },
      refunds: { definition: definitions.refunds },
    },
    batches: Object.fromEntries(
      shopMachines.map((machine) => [
        machine.machineId,
        {
          machine: machine.machineId,
          source: { kind: 'jsonLines', path: pathOf(machine) } as const,
          // Every failure is one for good, and goes to the archive.
          options: { retriesMax: 0, priority: machine.queue, failurePolicy: null },
        },
      ]),
    ),
  };
}

/** Returns the lines of the file with the items of a machine. */
export function shopItems({ machineId, templates }: ShopMachine): string {
  const lines = Array.from({ length: templates }, (_, order) =>
    JSON.stringify({
      order,
      customer: `customer-${order % 1_000}`,
      lines: [{ sku: `sku-${order % 97}`, count: 1 + (order % 3) }],
      ...(machineId === 'parcels' && { parcel: true }),
    }),
  );
  return `${lines.join('\n')}\n`;
}
