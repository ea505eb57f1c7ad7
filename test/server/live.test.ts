/** Changes that a client follows: as a stream of events, and by asking. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fingerprints } from '../../lib/operations/deployment/live-changes.ts';
import { parseTopics } from '../../lib/operations/deployment/live-topics.ts';
import { LivePoll } from '../../lib/server/live/live-poll.ts';
import { openRequest, readEvents } from '../support/http-client.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle, until } from '../support/signal.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { jsonHeaders, openServer, type TestServer, tokenList, tokens } from './test-server.ts';

const streamHeaders = { accept: 'text/event-stream' };

/** Opens a stream of topics. */
async function follow(
  { server }: TestServer,
  topics: string,
  headers: Record<string, string> = {},
) {
  const message = await openRequest({
    port: server.port,
    path: `/v1/live?topics=${topics}`,
    headers: { ...streamHeaders, ...headers },
  });
  onTestFinished(() => void message.destroy());
  return { message, events: readEvents(message) };
}

/** Returns the next event of a stream, and moves the clock until it is there. */
async function nextEvent(
  clock: SimulatedClock,
  events: ReturnType<typeof readEvents>,
  stepMs = 1_000,
) {
  const found = events.next();
  let isFound = false;
  void found.then(() => (isFound = true));
  await until(async () => {
    if (!isFound) await clock.advance(stepMs);
    return isFound;
  }, 'the next event');
  return (await found).value;
}

const startOrder = { machineId: 'order', input: {} };

describe('a stream', () => {
  it('a stream begins with everything, and then reports what has changed', async () => {
    const opened = await openServer();
    const { app, clock } = opened;
    const { message, events } = await follow(opened, 'overview,workers');

    const first = await nextEvent(clock, events);
    await app.executions.start(startOrder);
    const second = await nextEvent(clock, events);

    expect(message.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(message.headers).not.toHaveProperty('content-encoding');
    expect(first).toMatchObject({
      event: 'live',
      data: { changed: ['overview', 'workers'], askAfterMs: 2_000 },
    });
    expect(second).toMatchObject({ event: 'live', data: { changed: ['overview'] } });
    expect([first?.id, second?.id]).toEqual([first?.data.token, second?.data.token]);
    expect(second?.id).not.toBe(first?.id);
  });

  it('a stream that continues from a token reports only what has changed since', async () => {
    const opened = await openServer();
    const { app, clock } = opened;
    const before = await follow(opened, 'overview,workers');
    const { id } = (await nextEvent(clock, before.events)) ?? { id: '' };

    const same = await follow(opened, 'overview,workers', { 'last-event-id': id });
    const nothing = await nextEvent(clock, same.events);
    await app.executions.start(startOrder);
    const later = await follow(opened, `overview,workers&since=${id}`);
    const something = await nextEvent(clock, later.events);

    expect(nothing?.data.changed).toEqual([]);
    expect(something?.data.changed).toEqual(['overview']);
  });

  it('a stream shows every ten seconds that it lives', async () => {
    const opened = await openServer();
    const { clock } = opened;
    const { events } = await follow(opened, 'workers');
    await nextEvent(clock, events);
    const since = clock.now();

    const beat = await nextEvent(clock, events);

    expect(beat).toMatchObject({ event: 'beat', data: { serverNow: expect.any(Number) } });
    expect(clock.now() - since).toBeGreaterThanOrEqual(8_000);
    expect(clock.now() - since).toBeLessThanOrEqual(11_000);
  });

  it('a server that stops ends its streams, and leaves no timer', async () => {
    const opened = await openServer();
    const { clock, server } = opened;
    const { events } = await follow(opened, 'overview');
    await nextEvent(clock, events);

    await server.close();

    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(clock.pendingTimers).toBe(0);
  });

  it('a client that goes away leaves nothing behind', async () => {
    const opened = await openServer();
    const { clock } = opened;
    const { message, events } = await follow(opened, 'overview');
    await nextEvent(clock, events);

    message.destroy();

    await until(() => clock.pendingTimers === 0, 'the stream has ended');
  });

  it('a stream needs a login, and ends with its session', async () => {
    const opened = await openServer({ access: { tokens: tokenList } });
    const { clock, send } = opened;
    const refused = await send({ path: '/v1/live?topics=overview', headers: streamHeaders });
    const { headers } = await send({
      method: 'POST',
      path: '/v1/session',
      headers: jsonHeaders,
      body: JSON.stringify({ token: tokens.reader }),
    });
    await clock.advance(12 * 3_600_000 - 5_000);

    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const { events } = await follow(opened, 'overview', { cookie });
    const first = await nextEvent(clock, events);
    await clock.advance(5_000);

    expect(refused.status).toBe(401);
    expect(first).toMatchObject({ event: 'live' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('topics that do not exist are refused with those that do', async () => {
    const { send } = await openServer();
    const ask = (topics: string) =>
      send({ path: `/v1/live?topics=${topics}`, headers: streamHeaders });

    const unknown = await ask('overview,weather');
    const many = await ask(Array.from({ length: 51 }, (_, index) => `batch:${index}`).join(','));
    const none = await ask('');

    expect([unknown, many, none].map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(unknown.json.detail).toMatch(/overview, queues, .*batch:ID.*found 'weather'/);
    expect(many.json.detail).toMatch(/at most 50 topics; found 51/);
  });
});

describe('asking', () => {
  it('an answer names what has changed since a token, and when to ask again', async () => {
    const { app, send } = await openServer();
    const ask = async (query: string) => (await send({ path: `/v1/live?${query}` })).json;

    const first = await ask('topics=overview,workers');
    const same = await ask(`topics=workers,overview&since=${first.token}`);
    await app.executions.start(startOrder);
    const changed = await ask(`topics=overview,workers&since=${first.token}`);
    const wider = await ask(`topics=overview,orders&since=${changed.token}`);

    expect(first).toEqual({
      token: expect.any(String),
      changed: ['overview', 'workers'],
      askAfterMs: 2_000,
    });
    expect(same.changed).toEqual([]);
    expect(changed.changed).toEqual(['overview']);
    expect(wider.changed).toEqual(['orders']);
  });

  it('a question is conditional: an unchanged answer is not sent again', async () => {
    const { send } = await openServer();
    const first = await send({ path: '/v1/live?topics=overview' });
    const { token } = first.json;
    const path = `/v1/live?topics=overview&since=${token}`;
    const { headers } = await send({ path });

    const again = await send({ path, headers: { 'if-none-match': String(headers.etag) } });

    expect(again).toMatchObject({ status: 304, text: '' });
  });
});

describe('the poll of a server', () => {
  /** A poll over fingerprints that a test changes, with what it has read. */
  function openPoll() {
    const clock = new SimulatedClock();
    const logger = new QuietLogger();
    const reads: string[][] = [];
    const state = new Map<string, string>();
    let fault: Error | null = null;
    const poll = new LivePoll({
      clock,
      logger,
      pollMs: 1_000,
      read: async (topics): Promise<Fingerprints> => {
        reads.push([...topics.keys()]);
        if (fault !== null) throw fault;
        return new Map([...topics.keys()].map((topic) => [topic, state.get(topic) ?? '']));
      },
    });
    const fail = (error: Error | null) => {
      fault = error;
    };
    return { poll, clock, logger, reads, state, fail };
  }

  it('one read a second serves all watchers, and none is made while no one watches', async () => {
    const { poll, clock, reads } = openPoll();
    await clock.advance(5_000);
    expect(reads).toEqual([]);

    const stops = [
      poll.watch(parseTopics('overview'), undefined, () => {}),
      poll.watch(parseTopics('overview,batch:b'), undefined, () => {}),
      poll.watch(parseTopics('workers'), undefined, () => {}),
    ];
    await clock.advance(0);
    expect(reads).toEqual([['overview', 'batch:b', 'workers']]);
    await clock.advance(3_000);
    expect(reads).toHaveLength(4);

    for (const stop of stops) stop();
    await clock.advance(5_000);
    expect(reads).toHaveLength(4);
    expect(clock.pendingTimers).toBe(0);
  });

  it('watchers that come and go cause no more reads than one that stays', async () => {
    const { poll, clock, reads } = openPoll();

    for (let count = 0; count < 10; count += 1) {
      const stop = poll.watch(parseTopics('overview'), undefined, () => {});
      await clock.advance(100);
      stop();
    }

    expect(reads.length).toBeLessThanOrEqual(2);
  });

  it('a watcher hears of its own topics, once for each change', async () => {
    const { poll, clock, state } = openPoll();
    const heard: (readonly string[])[] = [];
    poll.watch(parseTopics('overview,batch:b'), undefined, (changed) => void heard.push(changed));
    await clock.advance(0);

    state.set('batch:b', '1');
    state.set('batch:other', '1');
    await clock.advance(3_000);

    expect(heard).toEqual([['overview', 'batch:b'], ['batch:b']]);
  });

  it('a store that is away is asked again, and logged once', async () => {
    const { poll, clock, logger, fail, state } = openPoll();
    const heard: (readonly string[])[] = [];
    poll.watch(parseTopics('overview'), undefined, (changed) => void heard.push(changed));
    await clock.advance(0);

    fail(new Error('connection refused'));
    await clock.advance(5_000);
    fail(null);
    state.set('overview', '1');
    await clock.advance(1_000);
    await settle();

    expect(logger.entries).toEqual([
      {
        level: 'warn',
        message: 'live changes not read: trying again',
        fields: { error: 'connection refused' },
      },
    ]);
    expect(heard).toEqual([['overview'], ['overview']]);
  });
});
