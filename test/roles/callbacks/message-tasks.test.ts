/** Message states over the store: no message is lost, and none is swallowed. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import type { Store } from '../../../lib/ports/store.ts';
import { MessageTasks } from '../../../lib/roles/callbacks/message-tasks.ts';
import { sweeperDefaults } from '../../../lib/roles/sweeper.ts';
import { RoleHarness, unavailable } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

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
  const harness = new RoleHarness(store === undefined ? {} : { store });
  await harness.register(definition);
  const desk = new MessageTasks(harness);
  const goOn = async (id: string) =>
    harness.executor({ invoker: desk }).run(await harness.claim(id));
  const send = (body: string, value = '{"a":1,"b":[2]}') =>
    desk.take({ id: harness.entropy.uuid(), key: 'paid', value, body, ttlMs: 3_600_000 }, true);
  const start = async (order: JsonObject = { b: [2], a: 1 }) => {
    const id = await harness.record({ order });
    await goOn(id);
    return id;
  };
  const kept = async () => {
    const { entries } = await harness.store.listMessages({}, { limit: 100 });
    return entries.map(({ body }) => body);
  };
  return { harness, desk, goOn, send, start, kept };
}

describe('a message', () => {
  it('ends the waiting of all who wait for its value, whatever the order of its keys', async () => {
    const { harness, goOn, send, start } = await setUp(once);
    const ids = [await start(), await start()];
    const other = await start({ a: 2 });

    await send('"here"');
    for (const id of ids) await goOn(id);

    for (const id of ids) {
      expect(await harness.store.getExecution(id)).toMatchObject({ output: '"here"' });
    }
    expect((await harness.store.claim('w', 30_000, [other])).claimed).toEqual([]);
    expect((await harness.typesOf(ids[0] ?? '')).slice(1, -1)).toEqual([
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted'],
      ...['TaskSucceeded', 'TaskStateExited'],
    ]);
  });

  it('that came before anybody waited is there for the first that does', async () => {
    const { harness, send, start, goOn, kept } = await setUp(once);
    await send('"early"');

    const first = await start();
    if ((await harness.statusOf(first)) === 'RUNNING') await goOn(first);

    expect(await harness.store.getExecution(first)).toMatchObject({ output: '"early"' });
    expect(await kept()).toEqual([]);
    expect(await harness.statusOf(await start())).toBe('RUNNING');
  });

  it('that was sent when nobody waits any more stays in the inbox', async () => {
    const { harness, goOn, send, start, kept } = await setUp(impatient);
    const id = await start();
    await harness.clock.advance(60_000);
    await goOn(id);

    await send('"late"');

    expect(await harness.typesOf(id)).toContain('TaskTimedOut');
    expect(await kept()).toEqual(['"late"']);
  });

  it('that came in time wins over the time-out', async () => {
    const { harness, goOn, send, start } = await setUp(impatient);
    const id = await start();
    await send('"just"');
    await harness.clock.advance(60_000);

    await goOn(id);

    expect(await harness.store.getExecution(id)).toMatchObject({ output: '"just"' });
  }); // W18

  it('that comes twice ends one wait, and its copy is there for the next', async () => {
    const { harness, goOn, send, start, kept } = await setUp(once);
    const id = await start();

    await Promise.all([send('"paid"'), send('"paid"')]);
    await goOn(id);

    const types = await harness.typesOf(id);
    expect(types.filter((type) => type === 'TaskSucceeded')).toHaveLength(1);
    expect(types.filter((type) => type === 'ExecutionSucceeded')).toHaveLength(1);
    expect(await kept()).toEqual(['"paid"']);
  }); // W18

  it('goes back when it came to a command that was over, and on to the next', async () => {
    const { harness, goOn, send, start, kept } = await setUp(impatient, (real) => ({
      ...real,
      forgetWaiter: () => Promise.reject(unavailable()),
    }));
    const id = await start();
    await harness.clock.advance(60_000);
    await goOn(id);
    await send('"stray"');
    expect(await kept()).toEqual([]);

    await goOn(id);
    await harness.sweeper().tick();
    expect(await kept()).toEqual(['"stray"']);

    const next = await start();
    if ((await harness.statusOf(next)) === 'RUNNING') await goOn(next);
    expect(await harness.store.getExecution(next)).toMatchObject({ output: '"stray"' });
  });

  it('goes back when the execution ended before it saw it', async () => {
    const { harness, goOn, send, start, kept } = await setUp(once);
    const id = await start();
    await harness.store.requestAbort([id]);
    const claimed = await harness.claim(id);
    await send('"unseen"');
    await harness.executor({ invoker: new MessageTasks(harness) }).run(claimed);

    await harness.sweeper().tick();

    expect(await harness.statusOf(id)).toBe('ABORTED');
    expect(await kept()).toEqual(['"unseen"']);
    const next = await start();
    if ((await harness.statusOf(next)) === 'RUNNING') await goOn(next);
    expect(await harness.statusOf(next)).toBe('SUCCEEDED');
  });

  it('is matched by the sweep when the process that took it in has died', async () => {
    const { harness, goOn, start, kept } = await setUp(once);
    const id = await start();
    const value = '{"a":1,"b":[2]}';
    const message = { id: harness.entropy.uuid(), key: 'paid', value, body: '1', ttlMs: 60_000 };
    await harness.store.putMessage(message);

    await harness.sweeper().tick();
    await goOn(id);

    expect(await harness.statusOf(id)).toBe('SUCCEEDED');
    expect(await kept()).toEqual([]);
  });

  it.each(['returnMessages', 'workAhead'] as const)(
    'is matched by the sweep after an hour in which %s failed',
    async (call) => {
      let isDown = false;
      const { harness, goOn, start, kept } = await setUp(once, (real) => ({
        ...real,
        [call]: () => (isDown ? Promise.reject(unavailable()) : real[call]()),
      }));
      const sweeper = harness.sweeper();
      // A sweep that finds something is followed by a whole one, not by the one question.
      if (call === 'returnMessages') await harness.record();
      await sweeper.tick();
      isDown = true;
      const id = await start();
      const value = '{"a":1,"b":[2]}';
      const message = {
        id: harness.entropy.uuid(),
        key: 'paid',
        value,
        body: '1',
        ttlMs: 7_200_000,
      };
      await harness.store.putMessage(message);
      await harness.clock.advance(sweeperDefaults.depthIntervalMs);
      await expect(sweeper.tick()).rejects.toThrow('nobody answers');
      await harness.clock.advance(3_600_000);
      isDown = false;

      await sweeper.tick();
      await goOn(id);

      expect(await harness.statusOf(id)).toBe('SUCCEEDED');
      expect(await kept()).toEqual([]);
    },
  );
});

describe('waiting', () => {
  it('that a crash kept from being recorded is recorded by whoever goes on', async () => {
    let crashed = false;
    const { harness, goOn, send } = await setUp(once, (real) => ({
      ...real,
      awaitMessage: (waiter) => {
        if (crashed) return real.awaitMessage(waiter);
        crashed = true;
        return new Promise(() => {});
      },
    }));
    const id = await harness.record({ order: { a: 1, b: [2] } });
    const desk = new MessageTasks(harness);
    void harness.executor({ invoker: desk }).run(await harness.claim(id, 'crashes', 10_000));
    await until(() => crashed, 'the crash');
    await send('"meanwhile"');
    await harness.clock.advance(10_000);

    await goOn(id);
    if ((await harness.statusOf(id)) === 'RUNNING') await goOn(id);

    expect(await harness.store.getExecution(id)).toMatchObject({
      ...{ status: 'SUCCEEDED', output: '"meanwhile"' },
    });
  }); // W26

  it('does not fail while the store is out of reach', async () => {
    let failures = 2;
    const { harness, desk } = await setUp(once, (real) => ({
      ...real,
      awaitMessage: (waiter) => {
        failures -= 1;
        return failures < 0 ? real.awaitMessage(waiter) : Promise.reject(unavailable());
      },
    }));
    const id = await harness.record({ order: 1 });
    const outcome = harness.executor({ invoker: desk }).run(await harness.claim(id));

    await harness.pass(async () => {
      const record = await harness.store.getExecution(id);
      return record?.status === 'RUNNING' && record.workerId === null;
    }, 'the sleep');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: null });
  });
});
