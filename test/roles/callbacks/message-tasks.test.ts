/** Message states: no message is lost, and none is delivered twice. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { MessageTasks } from '../../../lib/roles/callbacks/message-tasks.ts';
import { sweeperDefaults } from '../../../lib/roles/sweeper.ts';
import { RoleHarness, unavailable } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

const wait = { Type: 'Message', CorrelationKey: 'paid', CorrelationValuePath: '$.order' };
const once = { StartAt: 'M', States: { M: { ...wait, End: true } } };
/** Waits for at most a minute, and then for a message that never comes. */
const onceWithTimeout = {
  StartAt: 'M',
  States: {
    M: {
      ...wait,
      TimeoutSeconds: 60,
      End: true,
      Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.late', Next: 'Other' }],
    },
    Other: { Type: 'Message', CorrelationKey: 'other', End: true },
  },
};

async function setUp(definition: object, store?: (real: Store) => Store) {
  const harness = new RoleHarness(store === undefined ? {} : { store });
  await harness.register(definition);
  const messages = new MessageTasks(harness);
  const resume = async (id: string) =>
    harness.executor({ invoker: messages }).run(await harness.claim(id));
  const send = (body: string, value = '{"a":1,"b":[2]}') =>
    messages.receive(
      { id: harness.entropy.uuid(), key: 'paid', value, body, ttlMs: 3_600_000 },
      true,
    );
  const start = async (order: JsonObject = { b: [2], a: 1 }) => {
    const id = await harness.record({ order });
    await resume(id);
    return id;
  };
  const kept = async () => {
    const { entries } = await harness.store.listMessages({}, { limit: 100 });
    return entries.map(({ body }) => body);
  };
  return { harness, messages, resume, send, start, kept };
}

describe('delivering messages', () => {
  it('a message is delivered to all executions that wait for its value, in any key order', async () => {
    const { harness, resume, send, start } = await setUp(once);
    const ids = [await start(), await start()];
    const other = await start({ a: 2 });

    await send('"here"');
    for (const id of ids) await resume(id);

    for (const id of ids) {
      expect(await harness.store.getExecution(id)).toMatchObject({ output: '"here"' });
    }
    expect((await harness.store.claim('w', 30_000, [other])).claimed).toEqual([]);
    expect((await harness.readEventTypes(ids[0] ?? '')).slice(1, -1)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  it('a message without a waiter is stored for the first execution that waits', async () => {
    const { harness, send, start, resume, kept } = await setUp(once);
    await send('"early"');

    const first = await start();
    if ((await harness.readStatus(first)) === 'RUNNING') await resume(first);

    expect(await harness.store.getExecution(first)).toMatchObject({ output: '"early"' });
    expect(await kept()).toEqual([]);
    expect(await harness.readStatus(await start())).toBe('RUNNING');
  });

  it('a message that arrives after its waiter timed out stays in the inbox', async () => {
    const { harness, resume, send, start, kept } = await setUp(onceWithTimeout);
    const id = await start();
    await harness.clock.advance(60_000);
    await resume(id);

    await send('"late"');

    expect(await harness.readEventTypes(id)).toContain('TaskTimedOut');
    expect(await kept()).toEqual(['"late"']);
  });

  it('a message that arrived in time wins over a timeout that is due when it is seen', async () => {
    const { harness, resume, send, start } = await setUp(onceWithTimeout);
    const id = await start();
    await send('"just"');
    await harness.clock.advance(60_000);

    await resume(id);

    expect(await harness.store.getExecution(id)).toMatchObject({ output: '"just"' });
  });

  it('a message that is sent twice ends one wait, and the copy is stored for the next', async () => {
    const { harness, resume, send, start, kept } = await setUp(once);
    const id = await start();

    await Promise.all([send('"paid"'), send('"paid"')]);
    await resume(id);

    const types = await harness.readEventTypes(id);
    expect(types.filter((type) => type === 'TaskSucceeded')).toHaveLength(1);
    expect(types.filter((type) => type === 'ExecutionSucceeded')).toHaveLength(1);
    expect(await kept()).toEqual(['"paid"']);
  });

  it('a message delivered to a closed command returns to the inbox and reaches the next waiter', async () => {
    const { harness, resume, send, start, kept } = await setUp(onceWithTimeout, (real) => ({
      ...real,
      removeWaiter: () => Promise.reject(unavailable()),
    }));
    const id = await start();
    await harness.clock.advance(60_000);
    await resume(id);
    await send('"stray"');
    expect(await kept()).toEqual([]);

    await resume(id);
    await harness.sweeper().tick();
    expect(await kept()).toEqual(['"stray"']);

    const next = await start();
    if ((await harness.readStatus(next)) === 'RUNNING') await resume(next);
    expect(await harness.store.getExecution(next)).toMatchObject({ output: '"stray"' });
  });

  it('a message returns to the inbox when the execution ends before it has seen it', async () => {
    const { harness, resume, send, start, kept } = await setUp(once);
    const id = await start();
    await harness.store.requestAbort([id]);
    const claimed = await harness.claim(id);
    await send('"unseen"');
    await harness.executor({ invoker: new MessageTasks(harness) }).run(claimed);

    await harness.sweeper().tick();

    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect(await kept()).toEqual(['"unseen"']);
    const next = await start();
    if ((await harness.readStatus(next)) === 'RUNNING') await resume(next);
    expect(await harness.readStatus(next)).toBe('SUCCEEDED');
  });

  it('the sweeper matches a message whose receiving process crashed', async () => {
    const { harness, resume, start, kept } = await setUp(once);
    const id = await start();
    const value = '{"a":1,"b":[2]}';
    const message = { id: harness.entropy.uuid(), key: 'paid', value, body: '1', ttlMs: 60_000 };
    await harness.store.putMessage(message);

    await harness.sweeper().tick();
    await resume(id);

    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
    expect(await kept()).toEqual([]);
  });

  it.each(['returnMessages', 'workAhead'] as const)(
    'the sweeper matches a message after an hour in which %s failed',
    async (call) => {
      let isDown = false;
      const { harness, resume, start, kept } = await setUp(once, (real) => ({
        ...real,
        [call]: () => (isDown ? Promise.reject(unavailable()) : real[call]()),
      }));
      const sweeper = harness.sweeper();
      // After a sweep that found something the next one is complete, not a single query.
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
      await harness.clock.advance(sweeperDefaults.thoroughIntervalMs);
      await expect(sweeper.tick()).rejects.toThrow('no answer');
      await harness.clock.advance(3_600_000);
      isDown = false;

      await sweeper.tick();
      await resume(id);

      expect(await harness.readStatus(id)).toBe('SUCCEEDED');
      expect(await kept()).toEqual([]);
    },
  );
});

describe('waiting for messages', () => {
  it('a waiter that was not recorded before a crash is recorded when the execution continues', async () => {
    let crashed = false;
    const { harness, resume, send } = await setUp(once, (real) => ({
      ...real,
      awaitMessage: (waiter) => {
        if (crashed) return real.awaitMessage(waiter);
        crashed = true;
        return new Promise(() => {});
      },
    }));
    const id = await harness.record({ order: { a: 1, b: [2] } });
    const messages = new MessageTasks(harness);
    void harness.executor({ invoker: messages }).run(await harness.claim(id, 'crashes', 10_000));
    await until(() => crashed, 'the crash');
    await send('"meanwhile"');
    await harness.clock.advance(10_000);

    await resume(id);
    if ((await harness.readStatus(id)) === 'RUNNING') await resume(id);

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"meanwhile"',
    });
  });

  it('a Message state waits while the store is unreachable', async () => {
    let failures = 2;
    const { harness, messages } = await setUp(once, (real) => ({
      ...real,
      awaitMessage: (waiter) => {
        failures -= 1;
        return failures < 0 ? real.awaitMessage(waiter) : Promise.reject(unavailable());
      },
    }));
    const id = await harness.record({ order: 1 });
    const outcome = harness.executor({ invoker: messages }).run(await harness.claim(id));

    await harness.pass(async () => {
      const record = await harness.store.getExecution(id);
      return record?.status === 'RUNNING' && record.workerId === null;
    }, 'the sleep');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: null });
  });
});
