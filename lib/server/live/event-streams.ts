import { type ApiReply, contract } from '../../api/contract/contract.ts';
import { Refusal } from '../../api/problem.ts';
import { readQuery } from '../../api/read-request.ts';
import { parseTopics } from '../../operations/deployment/live-topics.ts';
import type { Clock } from '../../ports/clock.ts';
import { eventStreamType } from '../http/exchange.ts';
import type { LivePoll } from './live-poll.ts';

/** The path of the changes. */
export const livePath = contract.getLive.path;

/** Time between two signs of life, in milliseconds: proxies end connections that say nothing. */
const beatMs = 10_000;

/** Time after which a browser connects again, in milliseconds. */
const retryMs = 2_000;

/** Maximum number of streams of one server. */
const streamsMax = 500;

/** Events that a client may leave unread before its stream ends. */
const unreadMax = 100;

/** What {@link EventStreams} works with. */
export interface EventStreamsDeps {
  readonly poll: LivePoll;
  readonly clock: Clock;
  /** Time between two questions of a caller to whom no event comes through, in milliseconds. */
  readonly askAfterMs: number;
}

/** A request for a stream. */
export interface StreamRequest {
  readonly url: string;
  /** The id of the last event that the client has received; '' for none. */
  readonly lastEventId: string;
  /** When the caller's session ends, in milliseconds since 1970; null for never. */
  readonly endsAt: number | null;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/**
 * Answers `GET /v1/live` with server-sent events: `live` with the topics that have changed, and
 * `beat` every 10 s. An event's id is the token to continue from.
 */
export class EventStreams {
  readonly #deps: EventStreamsDeps;
  readonly #open = new Set<() => void>();

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
  }

  /** Opens a stream. Throws INVALID_ARGUMENT, TOO_MANY_REQUESTS. */
  open(request: StreamRequest): Response {
    // The contract has checked the query, so it has this shape.
    const query = readQuery(contract.getLive, request.url) as { topics: string; since?: string };
    const topics = parseTopics(query.topics);
    const token = request.lastEventId || query.since;
    if (this.#open.size >= streamsMax) {
      const message = `this server has ${streamsMax} event streams open: ask without 'accept: ${eventStreamType}'`;
      throw new Refusal('TOO_MANY_REQUESTS', message);
    }
    const { poll, clock, askAfterMs } = this.#deps;
    const text = new TextEncoder();
    const cleanUps: (() => void)[] = [];
    const stop = () => {
      for (const cleanUp of cleanUps.splice(0)) cleanUp();
    };
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const close = () => {
            stop();
            controller.close();
          };
          const send = (event: string) => {
            controller.enqueue(text.encode(event));
            if ((controller.desiredSize ?? 0) < -unreadMax) close();
          };
          this.#open.add(close);
          cleanUps.push(() => this.#open.delete(close));
          send(`retry: ${retryMs}\n\n`);
          cleanUps.push(
            poll.watch(topics, token, (changed, seen) =>
              send(liveEvent({ token: seen, changed, askAfterMs })),
            ),
            repeat(clock, beatMs, () => send(beatEvent(clock.now()))),
          );
          const { endsAt, signal } = request;
          if (endsAt !== null) cleanUps.push(clock.after(endsAt - clock.now(), close));
          signal.addEventListener('abort', close);
          cleanUps.push(() => signal.removeEventListener('abort', close));
        },
        cancel: stop,
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { status: 200, headers: streamHeaders });
  }

  /** Ends all streams. */
  close(): void {
    for (const close of this.#open) close();
  }
}

const streamHeaders = {
  'content-type': `${eventStreamType}; charset=utf-8`,
  'cache-control': 'no-store, no-transform',
  // nginx would keep events until it has a few kilobytes of them.
  'x-accel-buffering': 'no',
};

function liveEvent(reply: ApiReply<'getLive'>): string {
  return `id: ${reply.token}\nevent: live\ndata: ${JSON.stringify(reply)}\n\n`;
}

function beatEvent(serverNow: number): string {
  return `event: beat\ndata: ${JSON.stringify({ serverNow })}\n\n`;
}

/** Calls `action` every `ms` milliseconds; returns a function that ends it. */
function repeat(clock: Clock, ms: number, action: () => void): () => void {
  let cancel = clock.after(ms, fire);
  function fire(): void {
    cancel = clock.after(ms, fire);
    action();
  }
  return () => cancel();
}
