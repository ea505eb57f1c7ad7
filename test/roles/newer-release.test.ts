/** What the roles of this release do beside those of a newer release or an older program. */
import { describe, expect, it } from 'vitest';
import { Archiver } from '../../lib/roles/archiver.ts';
import { Janitor } from '../../lib/roles/janitor.ts';
import { oneTask, RoleHarness } from '../support/role-harness.ts';
import { settle } from '../support/signal.ts';

const never = new AbortController().signal;
const body = '{"type":"execution","version":2,"what":"a form that is not known yet"}';

describe('messages of a newer release', () => {
  it('a worker puts the messages of a newer release back each time, and logs that once', async () => {
    const harness = new RoleHarness();
    await harness.broker.send('default', [
      { id: 'first', body },
      { id: 'second', body },
    ]);
    const worker = harness.worker();

    for (let turn = 0; turn < 5; turn += 1) {
      await worker.tick(never);
      await settle();
      await harness.clock.advance(60_000);
    }

    const left = await harness.broker.peek('default', 10);
    expect(left.map((message) => message.body)).toEqual([body, body]);
    expect((await harness.broker.stats(['default']))[0]?.dead).toBe(0);
    expect(harness.logger.entries.map(({ message }) => message)).toEqual([
      'tasks of a newer release found: left to its workers',
    ]);
  });

  it('an archiver leaves the dead letters of a newer release to its archiver, and logs that once', async () => {
    const harness = new RoleHarness();
    await harness.broker.send('default', [{ id: 'first', body }]);
    const receive = { queues: ['default'], max: 1, visibilityMs: 1_000, waitMs: 0 };
    await harness.broker.deadLetter(await harness.broker.receive(receive), 'maxReceiveCount');
    const archiver = new Archiver({
      ...harness,
      executor: harness.executor(),
      queues: ['default'],
    });

    for (let turn = 0; turn < 3; turn += 1) {
      await archiver.tick(never);
      await harness.clock.advance(60_000);
    }

    expect(await harness.store.countArchive({})).toBe(0);
    expect(await harness.broker.receiveDead('default', 10, 1_000)).toMatchObject([{ body }]);
    expect(harness.logger.entries).toHaveLength(1);
  });
});

describe('versions of machines beside another program', () => {
  it('a janitor keeps the version of its own program, which a newer one has replaced long ago', async () => {
    const harness = new RoleHarness();
    await harness.register(oneTask);
    const own = await harness.store.getMachine('machine', 1);
    await harness.register({ ...oneTask, Comment: 'newer' });
    await harness.register({ ...oneTask, Comment: 'newest' });
    const janitor = new Janitor({ ...harness, machines: () => (own === null ? [] : [own]) });
    await harness.clock.advance(31 * 86_400_000);

    await janitor.tick();

    const versions = await harness.store.listMachineVersions('machine', 10);
    expect(versions.map(({ version }) => version)).toEqual([3, 1]);
  });
});
