/**
 * Millrace's broker on Redis as a side of the comparison: its messages, and the acknowledger of its
 * workers. A consumer asks for as many tasks as it has slots free, as a worker does; no database.
 */
import { openRedisBroker } from '../lib/drivers/redis/open-redis-broker.ts';
import { lineLogger } from '../lib/drivers/system/line-logger.ts';
import type { Broker, Delivery } from '../lib/ports/broker.ts';
import type { Logger } from '../lib/ports/logger.ts';
import { Acknowledger } from '../lib/roles/delivery/acknowledger.ts';
import { executionMessage } from '../lib/roles/delivery/task-message.ts';
import { workerDefaults } from '../lib/roles/worker.ts';
import { versionOf } from './machine-facts.ts';
import {
  type Consumer,
  type Handle,
  inCalls,
  type OpenSide,
  type PreparedTasks,
  type QueueSide,
} from './queue-side.ts';
import type { BenchRedis } from './redis.ts';

const { leaseMs: visibilityMs, waitMs } = workerDefaults;

const logger = lineLogger({
  level: 'warn',
  format: 'text',
  write: (line) => process.stderr.write(line),
  now: Date.now,
});

/** See {@link OpenSide}. */
export const openMillrace: OpenSide = (redis: BenchRedis, queues, database = 0) =>
  openSide(`redis://127.0.0.1:${redis.server.port}/${database}`, queues);

/** The same over any URL. @param token of a REST URL */
export async function openSide(
  url: string,
  queues: readonly string[],
  token?: string,
): Promise<QueueSide> {
  const broker = await openRedisBroker({ url, logger, ...(token !== undefined && { token }) });
  return {
    knobs: { '@upstash/redis': versionOf('@upstash/redis'), redisClient: versionOf('redis') },
    prepare: (ids) => prepare(broker, queues, ids),
    consume: async (concurrency, handle) =>
      new BrokerConsumer({ broker, queues, concurrency, handle, logger }),
    left: async () => {
      const stats = await broker.stats(queues);
      return stats.reduce((sum, each) => sum + each.ready + each.delayed + each.inFlight, 0);
    },
    close: () => broker.close(),
  };
}

/** A worker's tasks are a batch's, so they form a group; BullMQ's have none. */
const batchId = '00000000-0000-4000-9000-000000000000';

function prepare(broker: Broker, queues: readonly string[], ids: readonly string[]): PreparedTasks {
  const [queue = 'default'] = queues;
  const messages = ids.map((executionId) => executionMessage({ executionId, queue, batchId }));
  const send = async (from: number, to: number) => {
    const results = await broker.send(queue, messages.slice(from, to));
    const refused = results.find(({ sent }) => !sent);
    if (refused !== undefined) throw new Error(`a task was not sent: ${JSON.stringify(refused)}`);
  };
  return {
    sendAll: (calls) => inCalls(messages.length, calls, send),
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
  #wanted = Number.POSITIVE_INFINITY;
  #handled = 0;
  #running = 0;
  #slotFreed: (() => void) | null = null;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#acknowledger = new Acknowledger(options.broker, options.logger);
    this.#loop = this.#consume().catch((error: unknown) => this.#all.reject(error));
  }

  async finished(count: number): Promise<void> {
    this.#wanted = count;
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
      const max = await this.#freeSlots(concurrency);
      const request = { queues, max, visibilityMs, waitMs, signal };
      for (const delivery of await broker.receive(request)) {
        this.#running += 1;
        void this.#run(delivery);
      }
    }
  }

  async #freeSlots(concurrency: number): Promise<number> {
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
    if (this.#handled >= this.#wanted) this.#all.resolve();
  }
}
