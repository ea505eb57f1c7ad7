/** Message states over the store: no message is lost, and none is swallowed. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json.ts';
import type { Store } from '../../lib/ports/store.ts';
import { MessageDesk } from '../../lib/roles/message-desk.ts';
import { sweeperDefaults } from '../../lib/roles/sweeper.ts';
import { RoleWorld, unavailable } from '../support/role-world.ts';
import { until } from '../support/signal.ts';

const wait = { Type: 'Message', CorrelationKey: 'paid', CorrelationValuePath: '$.order' };
const once = { StartAt: 'M', States: { M: { ...wait, End: true } } };
/** Waits for a minute at most, and then for a signal that never comes. */
const impatient = {
  StartAt: 'M',
  States: {
    M: {
      ...{ ...wait, TimeoutSeconds: 60, End: true },
      Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.late', Next: 'Other' }],
    },
    Other: { Type: 'Message', CorrelationKey: 'other', End: true },
  },
};

async function setUp(definition: object, store?: (real: Store) => Store) {
  const world = new RoleWorld(store === undefined ? {} : { store });
  await world.register(definition);
  const desk = new MessageDesk(world);
  const goOn = async (id: string) => world.executor({ invoker: desk }).run(await world.claim(id));
  const send = (body: string, value = '{"a":1,"b":[2]}') =>
    desk.take({ id: world.entropy.uuid(), key: 'paid', value, body, ttlMs: 3_600_000 }, true);
  const start = async (order: JsonObject = { b: [2], a: 1 }) => {
    const id = await world.record({ order });
    await goOn(id);
    return id;
  };
  const kept = async () => {
    const { entries } = await world.store.listMessages({}, { limit: 100 });
    return entries.map(({ body }) => body);
  };
  return { world, desk, goOn, send, start, kept };
}

describe('a message', () => {
  it('ends the waiting of all who wait for its value, whatever the order of its keys', async () => {
    const { world, goOn, send, start } = await setUp(once);
    const ids = [await start(), await start()];
    const other = await start({ a: 2 });

    await send('"here"');
    for (const id of ids) await goOn(id);

    for (const id of ids) {
      expect(await world.store.getExecution(id)).toMatchObject({ output: '"here"' });
    }
    expect((await world.store.claim('w', 30_000, [other])).claimed).toEqual([]);
    expect((await world.typesOf(ids[0] ?? '')).slice(1, -1)).toEqual([
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted'],
      ...['TaskSucceeded', 'TaskStateExited'],
    ]);
  });

  it('that came before anybody waited is there for the first that does', async () => {
    const { world, send, start, goOn, kept } = await setUp(once);
    await send('"early"');

    const first = await start();
    if ((await world.statusOf(first)) === 'RUNNING') await goOn(first);

    expect(await world.store.getExecution(first)).toMatchObject({ output: '"early"' });
    expect(await kept()).toEqual([]);
    expect(await world.statusOf(await start())).toBe('RUNNING');
  });

  it('that was sent when nobody waits any more stays in the inbox', async () => {
    const { world, goOn, send, start, kept } = await setUp(impatient);
    const id = await start();
    await world.clock.advance(60_000);
    await goOn(id);

    await send('"late"');

    expect(await world.typesOf(id)).toContain('TaskTimedOut');
    expect(await kept()).toEqual(['"late"']);
  });

  it('that came in time wins over the time-out', async () => {
    const { world, goOn, send, start } = await setUp(impatient);
    const id = await start();
    await send('"just"');
    await world.clock.advance(60_000);

    await goOn(id);

    expect(await world.store.getExecution(id)).toMatchObject({ output: '"just"' });
  }); // W18

  it('that comes twice ends one wait, and its copy is there for the next', async () => {
    const { world, goOn, send, start, kept } = await setUp(once);
    const id = await start();

    await Promise.all([send('"paid"'), send('"paid"')]);
    await goOn(id);

    const types = await world.typesOf(id);
    expect(types.filter((type) => type === 'TaskSucceeded')).toHaveLength(1);
    expect(types.filter((type) => type === 'ExecutionSucceeded')).toHaveLength(1);
    expect(await kept()).toEqual(['"paid"']);
  }); // W18

  it('goes back when it came to a command that was over, and on to the next', async () => {
    const { world, goOn, send, start, kept } = await setUp(impatient, (real) => ({
      ...real,
      forgetWaiter: () => Promise.reject(unavailable()),
    }));
    const id = await start();
    await world.clock.advance(60_000);
    await goOn(id);
    await send('"stray"');
    expect(await kept()).toEqual([]);

    await goOn(id);
    await world.sweeper().tick();
    expect(await kept()).toEqual(['"stray"']);

    const next = await start();
    if ((await world.statusOf(next)) === 'RUNNING') await goOn(next);
    expect(await world.store.getExecution(next)).toMatchObject({ output: '"stray"' });
  });

  it('goes back when the execution ended before it saw it', async () => {
    const { world, goOn, send, start, kept } = await setUp(once);
    const id = await start();
    await world.store.requestAbort([id]);
    const claimed = await world.claim(id);
    await send('"unseen"');
    await world.executor({ invoker: new MessageDesk(world) }).run(claimed);

    await world.sweeper().tick();

    expect(await world.statusOf(id)).toBe('ABORTED');
    expect(await kept()).toEqual(['"unseen"']);
    const next = await start();
    if ((await world.statusOf(next)) === 'RUNNING') await goOn(next);
    expect(await world.statusOf(next)).toBe('SUCCEEDED');
  });

  it('is matched by the sweep when the process that took it in has died', async () => {
    const { world, goOn, start, kept } = await setUp(once);
    const id = await start();
    const value = '{"a":1,"b":[2]}';
    const message = { id: world.entropy.uuid(), key: 'paid', value, body: '1', ttlMs: 60_000 };
    await world.store.putMessage(message);

    await world.sweeper().tick();
    await goOn(id);

    expect(await world.statusOf(id)).toBe('SUCCEEDED');
    expect(await kept()).toEqual([]);
  });

  it.each(['returnMessages', 'workAhead'] as const)(
    'is matched by the sweep after an hour in which %s failed',
    async (call) => {
      let isDown = false;
      const { world, goOn, start, kept } = await setUp(once, (real) => ({
        ...real,
        [call]: () => (isDown ? Promise.reject(unavailable()) : real[call]()),
      }));
      const sweeper = world.sweeper();
      // A sweep that finds something is followed by a whole one, not by the one question.
      if (call === 'returnMessages') await world.record();
      await sweeper.tick();
      isDown = true;
      const id = await start();
      const value = '{"a":1,"b":[2]}';
      const message = { id: world.entropy.uuid(), key: 'paid', value, body: '1', ttlMs: 7_200_000 };
      await world.store.putMessage(message);
      await world.clock.advance(sweeperDefaults.depthIntervalMs);
      await expect(sweeper.tick()).rejects.toThrow('nobody answers');
      await world.clock.advance(3_600_000);
      isDown = false;

      await sweeper.tick();
      await goOn(id);

      expect(await world.statusOf(id)).toBe('SUCCEEDED');
      expect(await kept()).toEqual([]);
    },
  );
});

describe('waiting', () => {
  it('that a crash kept from being recorded is recorded by whoever goes on', async () => {
    let crashed = false;
    const { world, goOn, send } = await setUp(once, (real) => ({
      ...real,
      awaitMessage: (waiter) => {
        if (crashed) return real.awaitMessage(waiter);
        crashed = true;
        return new Promise(() => {});
      },
    }));
    const id = await world.record({ order: { a: 1, b: [2] } });
    const desk = new MessageDesk(world);
    void world.executor({ invoker: desk }).run(await world.claim(id, 'crashes', 10_000));
    await until(() => crashed, 'the crash');
    await send('"meanwhile"');
    await world.clock.advance(10_000);

    await goOn(id);
    if ((await world.statusOf(id)) === 'RUNNING') await goOn(id);

    expect(await world.store.getExecution(id)).toMatchObject({
      ...{ status: 'SUCCEEDED', output: '"meanwhile"' },
    });
  }); // W26

  it('does not fail while the store is out of reach', async () => {
    let failures = 2;
    const { world, desk } = await setUp(once, (real) => ({
      ...real,
      awaitMessage: (waiter) => {
        failures -= 1;
        return failures < 0 ? real.awaitMessage(waiter) : Promise.reject(unavailable());
      },
    }));
    const id = await world.record({ order: 1 });
    const outcome = world.executor({ invoker: desk }).run(await world.claim(id));

    await world.pass(async () => {
      const record = await world.store.getExecution(id);
      return record?.status === 'RUNNING' && record.workerId === null;
    }, 'the sleep');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: null });
  });
});
