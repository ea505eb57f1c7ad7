/** How the page follows changes, with a simulated clock and source. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  type HubClock,
  hubLimits,
  LiveHub,
} from '../../../dashboard/src/live/live-hub.ts';
import type {
  LiveReply,
  LiveSource,
  LiveStreamEvents,
} from '../../../dashboard/src/live/live-source.ts';

class ManualClock implements HubClock {
  #now = 1_000_000;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Moves on, and lets promises settle between timers. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets the promises of a request settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

class ManualSource implements LiveSource {
  readonly asked: { topics: readonly string[]; since: string | undefined }[] = [];
  readonly streams: { topics: readonly string[]; events: LiveStreamEvents; isClosed: boolean }[] =
    [];
  answer: () => Promise<LiveReply> = async () => reply();

  open(topics: readonly string[], _: string | undefined, events: LiveStreamEvents) {
    const stream = { topics, events, isClosed: false };
    this.streams.push(stream);
    return {
      close() {
        stream.isClosed = true;
      },
    };
  }

  ask(topics: readonly string[], since: string | undefined): Promise<LiveReply> {
    this.asked.push({ topics, since });
    return this.answer();
  }

  get stream() {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error('no stream was opened');
    return stream;
  }
}

function reply(changed: readonly string[] = [], token = 't1'): LiveReply {
  return { token, changed, askAfterMs: 5_000 };
}

let clock: ManualClock;
let source: ManualSource;
let hub: LiveHub;
let changes: (readonly string[] | null)[];

beforeEach(() => {
  clock = new ManualClock();
  source = new ManualSource();
  hub = new LiveHub(source, clock);
  changes = [];
  hub.onChange((changed) => changes.push(changed));
});

const kinds = () => hub.connection.kind;

describe('following by stream', () => {
  beforeEach(() => {
    hub.watch(['overview']);
    hub.start({ mode: 'stream', askAfterMs: 5_000 });
  });

  it('a topic is followed also when the stream before it answers meanwhile', async () => {
    hub.watch(['execution:1']);
    source.stream.events.onReply(reply());

    await clock.advance(hubLimits.settleMs);

    expect(source.stream.topics).toContain('execution:1');
  });

  it('a stream that reports is live, and its changes are passed on', () => {
    expect(kinds()).toBe('connecting');

    source.stream.events.onReply(reply(['overview']));

    expect(kinds()).toBe('live');
    expect(changes).toEqual([['overview']]);
  });

  it('a stream that a proxy holds back is replaced by asking after five seconds', async () => {
    await clock.advance(hubLimits.firstEventMs);

    expect(source.stream.isClosed).toBe(true);
    expect(hub.connection).toEqual({ kind: 'asking', everyMs: 5_000 });
  });

  it('a stream without beats is replaced by asking', async () => {
    source.stream.events.onReply(reply());
    await clock.advance(20_000);
    source.stream.events.onBeat();
    await clock.advance(20_000);
    expect(kinds()).toBe('live');

    await clock.advance(5_000);

    expect(kinds()).toBe('asking');
  });

  it('a stream that breaks is tried again after half a minute of asking', async () => {
    source.stream.events.onReply(reply());
    source.stream.events.onBroken();
    await clock.advance(1_000);
    expect(kinds()).toBe('asking');

    await clock.advance(hubLimits.streamAgainMs);
    source.stream.events.onReply(reply());

    expect(source.streams).toHaveLength(2);
    expect(kinds()).toBe('live');
  });

  it('components that come together share one new stream with all topics', async () => {
    source.stream.events.onReply(reply());

    hub.watch(['batch:1']);
    hub.watch(['orders']);
    await clock.advance(hubLimits.settleMs);

    expect(source.streams).toHaveLength(2);
    expect(source.stream.topics).toEqual(['batch:1', 'orders', 'overview']);
  });

  it('a second component with a known topic opens no stream', async () => {
    source.stream.events.onReply(reply());

    hub.watch(['overview'])();
    await clock.advance(1_000);

    expect(source.streams).toHaveLength(1);
    expect(source.stream.isClosed).toBe(false);
  });
});

describe('following by asking', () => {
  beforeEach(async () => {
    hub.watch(['overview']);
    hub.start({ mode: 'ask', askAfterMs: 5_000 });
    await clock.advance(0);
  });

  it('each question goes on from the token of the last answer', async () => {
    source.answer = async () => reply(['overview'], 't2');
    await clock.advance(10_000);

    expect(source.asked.map(({ since }) => since)).toEqual([undefined, 't1', 't2']);
    expect(changes).toEqual([['overview'], ['overview']]);
  });

  it('a server that is lost is named with the time, and everything is read again afterwards', async () => {
    source.answer = () => Promise.reject(new Error('down'));
    await clock.advance(5_000);
    const since = clock.now();
    expect(hub.connection).toEqual({ kind: 'unreachable', since } satisfies Connection);

    await clock.advance(60_000);
    expect(hub.connection).toEqual({ kind: 'unreachable', since });
    source.answer = async () => reply();
    await clock.advance(hubLimits.backoffMaxMs);

    expect(kinds()).toBe('asking');
    expect(changes).toEqual([null]);
  });

  it('questions to a lost server come at growing distances of 15 s at most', async () => {
    source.answer = () => Promise.reject(new Error('down'));
    await clock.advance(5_000);
    const before = source.asked.length;

    await clock.advance(1_000 + 2_000 + 4_000 + 8_000 + 15_000 + 15_000);

    expect(source.asked.length - before).toBe(6);
  });
});

describe('a page that no one sees or uses', () => {
  it('a hidden page asks nothing, and reads everything again when it is seen', async () => {
    hub.watch(['overview']);
    hub.start({ mode: 'ask', askAfterMs: 5_000 });
    await clock.advance(0);

    hub.setHidden(true);
    await clock.advance(3_600_000);
    const asked = source.asked.length;
    hub.setHidden(false);
    await clock.advance(0);

    expect(asked).toBe(1);
    expect(source.asked).toHaveLength(2);
    expect(changes).toEqual([null]);
    expect(kinds()).toBe('asking');
  });

  it('a page that no one touches pauses, so that the database may sleep, and resumes when asked', async () => {
    hub.watch(['overview', 'tick']);
    hub.start({ mode: 'ask', askAfterMs: 5_000, pauseAfterMs: 300_000 });
    await clock.advance(200_000);
    hub.touch();
    await clock.advance(299_000);
    expect(kinds()).toBe('asking');

    await clock.advance(10_000);
    expect(kinds()).toBe('paused');
    const asked = source.asked.length;
    await clock.advance(3_600_000);
    expect(source.asked).toHaveLength(asked);
    hub.resume();
    await clock.advance(0);

    expect(kinds()).toBe('asking');
    expect(source.asked).toHaveLength(asked + 1);
  });
});

describe('ticks', () => {
  it('a tick comes every few seconds while one watches it and the server answers', async () => {
    const unwatch = hub.watch(['tick']);
    hub.start({ mode: 'stream', askAfterMs: 5_000 });
    source.stream.events.onReply(reply());

    await clock.advance(10_000);
    unwatch();
    await clock.advance(10_000);

    expect(changes).toEqual([['tick'], ['tick']]);
    expect(source.stream.topics).toEqual([]);
  });
});
