/** The Redis broker beside processes of another release. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Keys } from '../../../lib/drivers/redis/keys.ts';
import {
  type BrokerHarness,
  expectNothing,
  longMs,
  messages,
  sendAll,
  takeAll,
  toIds,
} from '../../contracts/broker/broker-harness.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('entries of another release in Redis', () => {
  let server: RedisServer;
  let harness: BrokerHarness;
  let queue: string;
  const keys = new Keys('millrace');

  beforeAll(async () => {
    server = await startRedis();
    harness = await redisHarness({ url: server.url });
  });
  beforeEach(async () => {
    queue = await harness.newQueue();
  });
  afterAll(async () => {
    await harness.close();
    await server.stop();
  });

  function keyOf(part: 'flight' | 'messages' | 'dead' | 'letters'): string {
    return keys.forQueue(queue).find((each) => each.includes(`:${part}:`)) ?? '';
  }

  /** Writes an entry whose time is over: a receipt with its text. */
  async function plant(index: 'flight' | 'dead', receipt: string, text: string): Promise<void> {
    await server.command('ZADD', keyOf(index), '1', receipt);
    const texts = index === 'flight' ? 'messages' : 'letters';
    await server.command('HSET', keyOf(texts), receipt, text);
  }

  it('a message in flight and a dead letter of the release before are delivered', async () => {
    await plant('flight', '1764000000000001:1:1764000000000', ' 1764000000000 old-task body');
    await plant('dead', '1764000000000002:3:1764000000000', 'late  1764000000000 old-letter body');

    expect(toIds(await takeAll(harness, queue, 1))).toEqual(['old-task']);
    expect(await harness.broker.receiveDead(queue, 10, longMs)).toMatchObject([
      { id: 'old-letter', reason: 'late', deliveries: 4 },
    ]);
  });

  it('an entry that a newer release wrote in a newer form stays for its processes, letter for letter', async () => {
    const receipt = '1764000000000003:1:1764000000000:2';
    await plant('flight', receipt, 'a form that is not known yet');
    await plant('dead', receipt, 'a form that is not known yet');
    await server.command('ZREM', keyOf('dead'), receipt);
    await sendAll(harness, queue, messages(2));

    expect(toIds(await takeAll(harness, queue, 2))).toEqual(['task-0', 'task-1']);
    for (let turn = 0; turn < 3; turn += 1) {
      await expectNothing(harness, queue);
      expect(await harness.broker.receiveDead(queue, 10, longMs)).toEqual([]);
      expect(await harness.broker.redrive(queue, 10)).toBe(0);
    }

    for (const [index, texts] of [
      ['flight', 'messages'],
      ['dead', 'letters'],
    ] as const) {
      expect(Number(await server.command('ZSCORE', keyOf(index), receipt))).toBeGreaterThan(1);
      expect(await server.command('HGET', keyOf(texts), receipt)).toBe(
        'a form that is not known yet',
      );
    }
  });

  it('the receipts that this release writes end with the version of their form', async () => {
    await sendAll(harness, queue, messages(1));
    const [held] = await takeAll(harness, queue, 1);

    expect(held?.receipt).toMatch(/^\d+:1:\d+:1$/);
    expect(await harness.broker.extend(held === undefined ? [] : [held], longMs)).toEqual([]);
    await harness.broker.deadLetter(held === undefined ? [] : [held], 'why');
    const [letter] = await harness.broker.receiveDead(queue, 1, longMs);
    expect(letter?.receipt).toMatch(/^d\d+:\d+:\d+:1$/);
    await harness.broker.release(letter === undefined ? [] : [letter], 0);
    expect(await harness.broker.receiveDead(queue, 1, longMs)).toMatchObject([{ reason: 'why' }]);
  });
});
