/**
 * Asks what an open page of the dashboard asks: it follows its topics on a stream, reads again what
 * has changed, and reads series every few seconds.
 */
import { setTimeout } from 'node:timers/promises';
import { ask } from './asked-api.ts';
import type { Question } from './questions.ts';

/** What a screen shows, by the topic whose change makes it read again. */
export interface Screen {
  readonly topics: readonly string[];
  /** Read when a topic has changed. */
  readonly onChange: readonly Question[];
  /** Read every {@link tickMs}; `at` is the time up to which series go. */
  readonly onTick: (at: number) => readonly Question[];
}

/** The overview, as a browser tab has it. */
export const overviewScreen: Screen = {
  topics: ['orders', 'overview'],
  onChange: [path('/v1/overview'), ...orderFoot()],
  onTick: (at) => [
    path('/v1/overview'),
    series({ of: 'ended,failed,archived' }, at, 600_000),
    series({ of: 'ended', by: 'batch' }, at, 600_000),
    series({ of: 'depth,received', by: 'queue' }, at, 600_000),
  ],
};

/** The screen of a batch that runs. */
export function batchScreen(id: string, createdAt: number): Screen {
  const reads = [
    path(`/v1/batches/${id}`),
    path(`/v1/batches/${id}/states`),
    path(`/v1/batches/${id}/failures`),
  ];
  return {
    topics: [`batch:${id}`, 'orders'],
    onChange: [...reads, ...orderFoot(), path(`/v1/orders?object=batch%3A${id}&limit=20`)],
    onTick: (at) => [
      ...reads,
      series({ of: 'ended', by: 'batch', key: id }, at, 120_000),
      series({ of: 'ended,failed', by: 'batch', key: id }, at, at - createdAt + 60_000),
    ],
  };
}

/** How often series are read, in milliseconds. */
const tickMs = 2_000;

/** Requests of a page. */
export interface PageUse {
  readonly requests: number;
}

/** Keeps a page open until the signal aborts. Returns how much it has asked. */
export async function keepOpen(url: string, screen: Screen, signal: AbortSignal): Promise<PageUse> {
  let requests = 0;
  const readAll = async (questions: readonly Question[]) => {
    requests += questions.length;
    await Promise.all(questions.map((question) => ask(url, question)));
  };
  const tick = async () => {
    while (!signal.aborted) {
      await readAll(screen.onTick(Date.now()));
      await setTimeout(tickMs, undefined, { signal }).catch(() => {});
    }
  };
  const follow = async () => {
    for await (const changed of openStream(url, screen.topics, signal)) {
      if (changed) await readAll(screen.onChange);
    }
  };
  await Promise.all([tick(), follow()]);
  return { requests };
}

/** Yields whether something has changed, for each event of the stream. */
async function* openStream(
  url: string,
  topics: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<boolean> {
  const address = new URL(`/v1/live?topics=${encodeURIComponent(topics.join(','))}`, url);
  try {
    const response = await fetch(address, { headers: { accept: 'text/event-stream' }, signal });
    if (!response.ok || response.body === null) throw new Error(`${address}: ${response.status}`);
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      yield /"changed":\["/.test(chunk);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function path(text: string): Question {
  return { label: text, path: text };
}

function orderFoot(): Question[] {
  return [path('/v1/orders?status=RUNNING&limit=3'), path('/v1/orders?status=PAUSED&limit=2')];
}

function series(query: Readonly<Record<string, string>>, at: number, windowMs: number): Question {
  const times = {
    from: new Date(at - windowMs).toISOString(),
    to: new Date(at).toISOString(),
    points: '60',
  };
  return path(`/v1/series?${new URLSearchParams({ ...query, ...times }).toString()}`);
}
