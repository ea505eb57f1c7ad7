/**
 * The work that every peer does: an order goes through three steps, one after another, each of
 * which hands on `{ ...order, checked: true }`.
 */
import { readFileSync } from 'node:fs';

/**
 * What a peer is asked to do: the first argument of its program, as JSON.
 *
 * @typedef {object} Assignment
 * @property {string} url the database or the Redis server
 * @property {string} path a JSON Lines file with the orders
 * @property {number} concurrency steps at once, where the peer's own documentation names no number
 *
 * What a peer is: its settings, and a way to run all orders. `run` resolves when every order has
 * gone through its steps and nothing of them is left to do.
 *
 * @typedef {object} Peer
 * @property {Record<string, string | number>} settings
 * @property {(orders: object[], tally: Tally) => Promise<void>} run
 * @property {() => Promise<void>} stop
 */

/** What a step does. */
export const work = async (order) => ({ ...order, checked: true });

/** Counts orders that have gone through their steps. Throws when one does so twice. */
export class Tally {
  #ended = new Set();
  #all = Promise.withResolvers();
  #expected;

  constructor(expected) {
    this.#expected = expected;
  }

  /** Resolves when the last order has ended; rejects when one has ended twice or wrongly. */
  get done() {
    return this.#all.promise;
  }

  end({ order, checked }) {
    if (checked !== true) this.#all.reject(new Error(`order ${order} has missed a step`));
    if (this.#ended.has(order)) this.#all.reject(new Error(`order ${order} has ended twice`));
    this.#ended.add(order);
    if (this.#ended.size === this.#expected) this.#all.resolve();
  }
}

/**
 * Runs the orders of the assignment on a peer, and prints the result as JSON: the seconds from the
 * first order that is sent to the end of the last one, and the peer's settings.
 *
 * @param {(assignment: Assignment) => Promise<Peer>} open
 */
export async function measurePeer(open) {
  const assignment = JSON.parse(process.argv[2] ?? '{}');
  const lines = readFileSync(assignment.path, 'utf8').trimEnd().split('\n');
  const orders = lines.map((line) => JSON.parse(line));
  const peer = await open(assignment);
  const tally = new Tally(orders.length);
  const startedAt = performance.now();
  await Promise.all([peer.run(orders, tally), tally.done]);
  const seconds = (performance.now() - startedAt) / 1_000;
  await peer.stop();
  console.log(JSON.stringify({ seconds, settings: peer.settings }));
  process.exit(0);
}

/** Calls `each` for every item, with at most `limit` calls at once. */
export async function forEachAtOnce(limit, items, each) {
  const rest = items.values();
  const runner = async () => {
    for (const item of rest) await each(item);
  };
  await Promise.all(Array.from({ length: limit }, runner));
}

/** Splits items into chunks. */
export function chunksOf(size, items) {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
