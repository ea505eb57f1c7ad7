/**
 * Millrace's Redis broker as one side of the comparison, with the messages and the acknowledger of
 * its workers but without a database. Like a worker, a consumer requests as many tasks as it has
 * free slots.
 */

import { openRedisBroker } from '../lib/drivers/redis/open-redis-broker.ts';
import { createLineLogger } from '../lib/drivers/system/line-logger.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import type { Broker, Delivery } from '../lib/ports/broker.ts';
import type { Logger } from '../lib/ports/logger.ts';
import { Acknowledger } from '../lib/roles/delivery/acknowledger.ts';
import { createTaskMessage } from '../lib/roles/delivery/dispatcher.ts';
import { workerDefaults } from '../lib/roles/worker.ts';
import type { BenchRedis } from './bench-redis.ts';
import { readPackageVersion } from './machine-facts.ts';
import {
  type Consumer,
  type Handle,
  type OpenSide,
  type PreparedTasks,
  type QueueSide,
  sendInChunks,
} from './queue-side.ts';

const { leaseMs: visibilityMs, waitMs } = workerDefaults;

const logger = createLineLogger({
  level: 'warn',
  format: 'text',
  write: (line) => process.stderr.write(line),
  now: Date.now,
});

/** Opens Millrace on the given Redis. */
export const openMillraceSide: OpenSide = (redis: BenchRedis, queues) =>
  openMillraceSideAt(redis.server.url, queues);

/** Opens Millrace on any Redis URL. @param token the token of a REST URL */
export async function openMillraceSideAt(
  url: string,
  queues: readonly string[],
  token?: string,
): Promise<QueueSide> {
  const broker = await openRedisBroker({
    url,
    clock: systemClock,
    logger,
    ...(token !== undefined && { token }),
  });
  const client = token === undefined ? 'redis' : '@upstash/redis';
  return {
    knobs: { [client]: readPackageVersion(client) },
    prepare: (ids) => prepare(broker, queues, ids),
    consume: async (concurrency, handle) =>
      new BrokerConsumer({ broker, queues, concurrency, handle, logger }),
    countRemaining: async () => {
      const stats = await broker.stats(queues);
      return stats.reduce((sum, each) => sum + each.ready + each.delayed + each.inFlight, 0);
    },
    close: () => broker.close(),
  };
}

/** The messages belong to one batch, so they form a group as in production; BullMQ's have none. */
const batchId = '00000000-0000-4000-9000-000000000000';

function prepare(broker: Broker, queues: readonly string[], ids: readonly string[]): PreparedTasks {
  const [queue = 'default'] = queues;
  const messages = ids.map((executionId) => createTaskMessage({ executionId, queue, batchId }));
  const send = async (from: number, to: number) => {
    const results = await broker.send(queue, messages.slice(from, to));
    const rejected = results.find(({ sent }) => !sent);
    if (rejected !== undefined) throw new Error(`a task was not sent: ${JSON.stringify(rejected)}`);
  };
  return {
    sendAll: (calls) => sendInChunks(messages.length, calls, send),
    sendOne: (index) => send(index, index + 1),
  };
}

interface ConsumerOptions {
  readonly broker: Broker;
  readonly queues: readonly string[];
  readonly concurrency: number;
  readonly handle: Handle;
  readonly logger: Logger;
}

class BrokerConsumer implements Consumer {
  readonly #options: ConsumerOptions;
  readonly #acknowledger: Acknowledger;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  readonly #all = Promise.withResolvers<void>();
  #expected = Number.POSITIVE_INFINITY;
  #handled = 0;
  #running = 0;
  #slotFreed: (() => void) | null = null;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#acknowledger = new Acknowledger(options.broker, {
      clock: systemClock,
      logger: options.logger,
    });
    this.#loop = this.#consume().catch((error: unknown) => this.#all.reject(error));
  }

  async finished(count: number): Promise<void> {
    this.#expected = count;
    this.#settleWhenDone();
    await this.#all.promise;
    await this.#acknowledger.idle();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#acknowledger.idle();
  }

  async #consume(): Promise<void> {
    const { broker, queues, concurrency } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const max = await this.#waitForFreeSlots(concurrency);
      const request = { queues, max, visibilityMs, waitMs, signal };
      for (const delivery of await broker.receive(request)) {
        this.#running += 1;
        void this.#run(delivery);
      }
    }
  }

  async #waitForFreeSlots(concurrency: number): Promise<number> {
    while (this.#running >= concurrency) {
      await new Promise<void>((resolve) => {
        this.#slotFreed = resolve;
      });
    }
    return concurrency - this.#running;
  }

  async #run(delivery: Delivery): Promise<void> {
    await this.#options.handle(delivery.id);
    this.#acknowledger.acknowledge(delivery);
    this.#running -= 1;
    this.#handled += 1;
    this.#slotFreed?.();
    this.#settleWhenDone();
  }

  #settleWhenDone(): void {
    if (this.#handled >= this.#expected) this.#all.resolve();
  }
}
