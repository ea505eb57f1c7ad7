/** Errors of a Redis that refuses to serve; none contains a credential. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { openRedisBroker } from '../../../lib/drivers/redis/open-redis-broker.ts';
import { checkVersion } from '../../../lib/drivers/redis/redis-facts.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

async function catchFailure(url: string, namespace?: string): Promise<Error> {
  const logger = new QuietLogger();
  const options = {
    url,
    clock: systemClock,
    logger,
    ...(namespace !== undefined && { namespace }),
  };
  const failure: unknown = await openRedisBroker(options).catch((error: unknown) => error);
  if (!(failure instanceof Error)) throw new Error(`${url} was opened`);
  return failure;
}

describe.skipIf(noRedis !== null)('a Redis that refuses', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis({ password: 'the-right-one' });
  });
  afterAll(() => server.stop());

  it('the error for a wrong or missing password asks to check user and password', async () => {
    const wrong = await catchFailure(`redis://:the-wrong-one@127.0.0.1:${server.port}`);
    const missing = await catchFailure(`redis://127.0.0.1:${server.port}`);

    for (const error of [wrong, missing]) {
      expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: false });
      expect(error.message).toMatch(/Redis at 127\.0\.0\.1:\d+.*refused.*Check user and password/);
      expect(error.message).not.toContain('the-');
    }
  });

  it('the error for an unknown database names the problem', async () => {
    const error = await catchFailure(`${server.url}/9999`);

    expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: false });
    expect(error.message).toContain('no such database');
  });

  it('the error for a server without TLS names the URL scheme without TLS', async () => {
    const plain = createServer((socket) => socket.end('-ERR Protocol error\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;

    const error = await catchFailure(`rediss://:the-right-one@127.0.0.1:${port}`);
    plain.close();

    expect(error.message).toMatch(/by TLS.*redis:\/\/ is without TLS/);
    expect(error.message).not.toContain('the-right-one');
  });

  it('the connection to a server that accepts and never replies fails after 5 s', async () => {
    const clock = new SimulatedClock();
    const held: Socket[] = [];
    const called = Promise.withResolvers<void>();
    const silent = createServer((socket) => {
      held.push(socket);
      called.resolve();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const opening = openRedisBroker({
      url: `redis://127.0.0.1:${port}`,
      logger: new QuietLogger(),
      clock,
    });
    const refused = expect(opening).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      message: expect.stringMatching(/no answer within 5 s/),
    });

    await called.promise;
    await clock.advance(5_000);

    await refused;
    for (const socket of held) socket.destroy();
    silent.close();
  });

  it('a refused connection fails at once', async () => {
    const error = await catchFailure('redis://127.0.0.1:1');

    expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
    expect(error.message).toMatch(/did not answer.*ECONNREFUSED/);
  });

  it('the warnings about a server are reported once, when the broker opens', async () => {
    const logger = new QuietLogger();
    const warnings: string[] = [];
    const onWarning = (warning: string) => void warnings.push(warning);
    const broker = await openRedisBroker({
      url: server.url,
      clock: systemClock,
      logger,
      onWarning,
    });
    await broker.stats(['queue']);
    await broker.close();

    expect(warnings).toEqual([expect.stringContaining('appendonly')]);
    expect(logger.entries).toEqual([]);
  });

  it('the warnings about a server are logged by workers, not by read-only commands', async () => {
    const logger = new QuietLogger();
    const flags = { store: 'memory', redisUrl: server.url };
    const app = await openMillrace({ config: { machines: {} }, flags, logger });
    await app.queues.list();
    expect(logger.entries).toEqual([]);

    await app.start();
    await app.close();
    expect(logger.entries).toMatchObject([
      { level: 'warn', message: expect.stringContaining('appendonly') },
    ]);
  });

  it('an invalid namespace is refused without a connection', async () => {
    const error = await catchFailure(server.url, 'a{b}');

    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(error.message).toContain('"a{b}"');
  });
});

describe('the version of a Redis', () => {
  const facts = {
    kind: 'redis' as const,
    mode: null,
    role: null,
    maxmemoryPolicy: null,
    maxmemory: null,
    usedMemory: null,
    persistence: { aof: null, rdb: null },
    latencyMs: 0,
    warnings: [],
    refusals: [],
  };

  it('a reported version must be at least 7', () => {
    const old = () => checkVersion({ ...facts, version: '6.2.14' }, 'Redis at here');

    expect(old).toThrow('Redis at here is redis 6.2.14, and the queues need Redis 7');
    for (const version of ['7.0.15', '8.0', '10.1', null]) {
      expect(() => checkVersion({ ...facts, version }, 'Redis at here')).not.toThrow();
    }
  });
});
