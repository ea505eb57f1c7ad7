/** A shop whose orders a test can hold, fail and retry: the app of most journeys. */
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import type { MillraceConfig } from '../../../lib/config/config.ts';
import { Door } from './door.ts';

/** How an order goes: a type, so that it is JSON as well. */
export type Order = {
  readonly id: string;
  /** From 10,000 it rests before it is fulfilled. @default 100 */
  readonly cents?: number;
  /** How long it rests, in seconds. @default 1 */
  readonly seconds?: number;
  /**
   * What becomes of its charge: `busy` fails once and is retried, `heldBusy` when it is let in.
   * @default it succeeds
   */
  readonly charge?: 'held' | 'busy' | 'heldBusy' | 'declined';
  /** What becomes of its mail: a failure is caught. @default it succeeds */
  readonly mail?: 'held' | 'fails';
};

/**
 * Creates the machine of orders, with everything that one can meet: Tasks, a retrier, a Choice, a
 * Wait, a Parallel, a catcher. A card service that is busy is called again after `retrySeconds`.
 */
export function createOrderMachine(retrySeconds: number): JsonObject {
  return {
    StartAt: 'Load',
    States: {
      Load: { Type: 'Task', Resource: 'load', Next: 'Charge' },
      Charge: {
        Type: 'Task',
        Resource: 'charge',
        ResultPath: '$.receipt',
        Retry: [
          { ErrorEquals: ['CardServiceBusy'], IntervalSeconds: retrySeconds, MaxAttempts: 2 },
        ],
        Next: 'Amount',
      },
      Amount: {
        Type: 'Choice',
        Choices: [{ Variable: '$.cents', NumericGreaterThanEquals: 10_000, Next: 'Rest' }],
        Default: 'Fulfil',
      },
      Rest: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Fulfil' },
      Fulfil: {
        Type: 'Parallel',
        ResultPath: '$.sent',
        Branches: [
          { StartAt: 'Pack', States: { Pack: { Type: 'Task', Resource: 'pack', End: true } } },
          { StartAt: 'Mail', States: { Mail: { Type: 'Task', Resource: 'mail', End: true } } },
        ],
        Catch: [{ ErrorEquals: ['AddressUnknown'], ResultPath: '$.fault', Next: 'Apologize' }],
        End: true,
      },
      Apologize: { Type: 'Pass', Result: 'sorry', ResultPath: '$.letter', End: true },
    },
  };
}

/** The machine of orders. */
export const orderMachine = createOrderMachine(4);

/** An error of the shop. */
class ShopError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Creates the configuration of a shop, with the doors at which its orders are held. */
export function createShop(more: Partial<MillraceConfig> = {}) {
  const doors = { charge: new Door(), mail: new Door() };
  const config: MillraceConfig = {
    ...more,
    machines: {
      order: { definition: orderMachine, nonRetryableErrors: ['CardDeclined'] },
      ...more.machines,
    },
    handlers: {
      load: (order: Order) => ({ cents: 100, seconds: 1, ...order }),
      charge: async ({ id, charge }: Order, { retryCount, signal }) => {
        const isFirst = retryCount === 0;
        if (charge === 'held' || (charge === 'heldBusy' && isFirst)) {
          await doors.charge.pass(signal);
        }
        if ((charge === 'busy' || charge === 'heldBusy') && isFirst) {
          throw new ShopError('CardServiceBusy', '503 from the card service');
        }
        if (charge === 'declined')
          throw new ShopError('CardDeclined', `the card of ${id} has expired`);
        return { charged: id };
      },
      pack: ({ id }: Order) => ({ packed: id }),
      mail: async ({ mail }: Order, { signal }) => {
        if (mail === 'held') await doors.mail.pass(signal);
        if (mail === 'fails') throw new ShopError('AddressUnknown', 'no such street');
        return { mailed: true };
      },
      ...more.handlers,
    },
  };
  return { config, doors };
}

/** Returns the source of a batch of these orders. */
export function ordersOf(orders: readonly Order[]) {
  return { kind: 'items', items: orders } as const;
}
