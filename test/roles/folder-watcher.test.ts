/** Which files of a folder start batches, and how often. */
import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import type { WatchedFile } from '../../lib/ports/watched-folder.ts';
import { FolderWatcher } from '../../lib/roles/folder-watcher.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const running = new AbortController().signal;
const dayMs = 86_400_000;

/** A folder that any number of leaders watch, with one store. */
class World {
  readonly clock = new SimulatedClock();
  readonly store = openMemoryStore({ now: () => this.clock.now() });
  readonly logger = new QuietLogger();
  readonly files = new Map<string, string>();
  readonly started: string[] = [];
  failure: string | null = null;

  leader(): FolderWatcher {
    return new FolderWatcher({
      clock: this.clock,
      logger: this.logger,
      random: () => 0,
      store: this.store,
      folder: { description: 'inbox', list: async () => this.#list() },
      settleMs: 5_000,
      batchesOf: (key) => (key.endsWith('.csv') ? ['orders', 'copies'] : []),
      start: async (batch, { key, version }) => {
        if (this.failure !== null) throw new Error(this.failure);
        this.started.push(`${batch} ${key} ${version}`);
      },
    });
  }

  #list(): WatchedFile[] {
    return [...this.files].map(([key, version]) => ({ key, version, path: `/inbox/${key}` }));
  }

  /** Lets time pass, with a look of each leader every two seconds. */
  async pass(ms: number, ...leaders: readonly FolderWatcher[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 2_000) {
      for (const leader of leaders) await leader.tick(running);
      await this.clock.advance(2_000);
    }
  }
}

describe('a watched folder', () => {
  it('a file starts its batches once it has not changed for the time to settle', async () => {
    const world = new World();
    const leader = world.leader();
    world.files.set('a.csv', 'half');
    world.files.set('notes.txt', '1');
    await world.pass(4_000, leader);
    world.files.set('a.csv', 'whole');
    await world.pass(6_000, leader);
    expect(world.started).toEqual([]);

    await world.pass(20_000, leader);

    expect(world.started).toEqual(['orders a.csv whole', 'copies a.csv whole']);
  });

  it('a version of a file starts its batches once, over leaders and restarts', async () => {
    const world = new World();
    world.files.set('a.csv', '1');
    await world.pass(10_000, world.leader());
    await world.pass(10_000, world.leader(), world.leader());
    expect(world.started).toHaveLength(2);

    world.files.set('a.csv', '2');
    await world.pass(10_000, world.leader());

    expect(world.started.slice(2)).toEqual(['orders a.csv 2', 'copies a.csv 2']);
  });

  it('a file that stays is remembered for longer than one that is gone', async () => {
    const world = new World();
    const leader = world.leader();
    world.files.set('stays.csv', '1');
    world.files.set('goes.csv', '1');
    await world.pass(10_000, leader);
    world.files.delete('goes.csv');
    for (let day = 0; day < 32; day += 1) {
      await world.clock.advance(dayMs);
      await world.pass(2_000, leader);
    }
    world.files.set('goes.csv', '1');
    await world.pass(10_000, world.leader());

    expect(world.started.slice(4)).toEqual(['orders goes.csv 1', 'copies goes.csv 1']);
  });

  it('a batch that cannot be started is tried again, and given up after six hours', async () => {
    const world = new World();
    const leader = world.leader();
    world.files.set('a.csv', '1');
    world.failure = 'no such machine';
    await world.pass(10_000, leader);
    world.failure = null;
    await world.pass(20_000, leader);
    expect(world.started).toHaveLength(2);

    world.files.set('b.csv', '1');
    world.failure = 'no such machine';
    await world.pass(10_000, leader);
    await world.clock.advance(6 * 3_600_000);
    await world.pass(2_000, leader);
    world.failure = null;
    await world.pass(20_000, leader);

    expect(world.started).toHaveLength(2);
    const errors = world.logger.entries.filter(({ level }) => level === 'error');
    expect(errors.map(({ fields }) => fields.file)).toEqual(['b.csv', 'b.csv']);
  });
});
