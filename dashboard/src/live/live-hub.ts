/**
 * Follows changes on the server for every component of the page: one stream of server-sent events
 * where a process lives, one conditional request every few seconds elsewhere.
 *
 * - `connecting`: nothing has been heard yet.
 * - `live`: a stream reports changes. It leaves for `asking` when the stream breaks, when nothing
 *   arrives on it within five seconds because a proxy holds it back, and when its beats cease.
 * - `asking`: each request is one question. From here the stream is tried again after a while.
 * - `unreachable`: a question failed; it is asked again after a growing delay, 15 s at most.
 * - `hidden`: no one sees the page, and it asks nothing.
 * - `paused`: no one has touched the page for five minutes; a database that sleeps when it is idle
 *   can do so.
 */
import type { LiveReply, LiveSource, LiveStream } from './live-source.ts';

/** How the page is connected. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'asking'; readonly everyMs: number }
  | { readonly kind: 'unreachable'; readonly since: number }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'paused' };

/** Time and timers, so that tests need no clock. */
export interface HubClock {
  now(): number;
  /** Calls `action` later, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
}

/** How the deployment wants to be followed. */
export interface LivePolicy {
  readonly mode: 'stream' | 'ask';
  readonly askAfterMs: number;
  /** After how long without a person it stops. @default never */
  readonly pauseAfterMs?: number;
}

/** Called with the topics that have changed; with null when all may have. */
export type ChangeListener = (changed: readonly string[] | null) => void;

/** Limits of the hub, in milliseconds. */
export const hubLimits = Object.freeze({
  firstEventMs: 5_000,
  /** The server sends a beat every 10 s. */
  silenceMs: 25_000,
  streamAgainMs: 30_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 15_000,
  tickMinMs: 2_000,
  settleMs: 50,
});

/** The topic that changes every few seconds by itself. */
export const tickTopic = 'tick';

/** Follows the topics that components watch, and calls `onChange` for those that have changed. */
export class LiveHub {
  readonly #source: LiveSource;
  readonly #clock: HubClock;
  readonly #listeners = new Set<() => void>();
  readonly #changeListeners = new Set<ChangeListener>();
  readonly #watched = new Map<string, number>();
  #policy: LivePolicy | null = null;
  #connection: Connection = { kind: 'connecting' };
  #token: string | undefined;
  #isHidden = false;
  #touchedAt: number;
  #failures = 0;
  #streamAfter = 0;
  #stream: LiveStream | null = null;
  #asking: AbortController | null = null;
  #cancelTimer: () => void = () => {};
  /** Not the other timer: a sign of life on the old stream must not keep the new one away. */
  #cancelRestart: () => void = () => {};
  #cancelTick: () => void = () => {};

  constructor(source: LiveSource, clock: HubClock) {
    this.#source = source;
    this.#clock = clock;
    this.#touchedAt = clock.now();
  }

  /** How the page is connected now; the same object until that changes. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Calls `listener` whenever the connection changes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` with the topics that have changed; with null when all may have. */
  onChange(listener: ChangeListener): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Calls `listener` whenever a topic may have changed. Watching the topic is another matter. */
  onTopic(topic: string, listener: () => void): () => void {
    return this.onChange((changed) => {
      if (changed === null || changed.includes(topic)) listener();
    });
  }

  /** Starts following, as the deployment wants it. */
  start(policy: LivePolicy): void {
    if (this.#policy !== null && samePolicy(policy, this.#policy)) return;
    this.#policy = policy;
    this.#restart();
  }

  /** Stops everything, until `start`. */
  stop(): void {
    this.#policy = null;
    this.#halt();
  }

  /** Follows topics as well, until the returned function is called. */
  watch(topics: readonly string[]): () => void {
    let isNew = false;
    for (const topic of topics) {
      const count = this.#watched.get(topic) ?? 0;
      isNew ||= count === 0 && topic !== tickTopic;
      this.#watched.set(topic, count + 1);
    }
    if (isNew) this.#restartSoon();
    return () => this.#unwatch(topics);
  }

  /** Reports whether a person can see the page. */
  setHidden(isHidden: boolean): void {
    if (this.#isHidden === isHidden) return;
    this.#isHidden = isHidden;
    if (!isHidden) this.#touchedAt = this.#clock.now();
    if (this.#policy === null) return;
    if (isHidden) this.#rest({ kind: 'hidden' });
    else this.resume();
  }

  /** Reports that a person uses the page. */
  touch(): void {
    this.#touchedAt = this.#clock.now();
  }

  /** Connects at once: after a pause, or before the next try. */
  resume(): void {
    this.touch();
    if (this.#policy === null || this.#isHidden) return;
    this.#notify(null);
    this.#restart();
  }

  #unwatch(topics: readonly string[]): void {
    for (const topic of topics) {
      const count = this.#watched.get(topic) ?? 0;
      if (count <= 1) this.#watched.delete(topic);
      else this.#watched.set(topic, count - 1);
    }
  }

  #topics(): string[] {
    return [...this.#watched.keys()].filter((topic) => topic !== tickTopic).sort();
  }

  /** Components come and go together when a screen changes: one new stream serves all of them. */
  #restartSoon(): void {
    if (this.#policy === null || !this.#isRunning()) return;
    this.#cancelRestart();
    this.#cancelRestart = this.#clock.after(hubLimits.settleMs, () => this.#restart());
  }

  #isRunning(): boolean {
    return !this.#isHidden && this.#connection.kind !== 'paused';
  }

  #restart(): void {
    this.#halt();
    if (this.#policy === null || this.#isHidden) return;
    this.#scheduleTick();
    const mayStream = this.#policy.mode === 'stream' && this.#clock.now() >= this.#streamAfter;
    if (mayStream) this.#openStream();
    else this.#ask();
  }

  #openStream(): void {
    const stream = this.#source.open(this.#topics(), this.#token, {
      onReply: (reply) => {
        if (this.#stream !== stream) return;
        this.#awaitSign(hubLimits.silenceMs);
        this.#hear(reply, { kind: 'live' });
      },
      onBeat: () => {
        if (this.#stream === stream) this.#awaitSign(hubLimits.silenceMs);
      },
      onBroken: () => {
        if (this.#stream === stream) this.#fallBack();
      },
    });
    this.#stream = stream;
    this.#awaitSign(hubLimits.firstEventMs);
  }

  /** Falls back to asking unless something arrives in time. */
  #awaitSign(withinMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(withinMs, () => this.#fallBack());
  }

  /** Asks from now on, and tries a stream again later. */
  #fallBack(): void {
    this.#halt();
    this.#streamAfter = this.#clock.now() + hubLimits.streamAgainMs;
    this.#scheduleTick();
    this.#ask();
  }

  #ask(): void {
    const asking = new AbortController();
    this.#asking = asking;
    this.#source.ask(this.#topics(), this.#token, asking.signal).then(
      (reply) => {
        if (this.#asking !== asking) return;
        const everyMs = Math.max(reply.askAfterMs, this.#policy?.askAfterMs ?? 0);
        this.#hear(reply, { kind: 'asking', everyMs });
        this.#again(everyMs);
      },
      () => {
        if (this.#asking === asking) this.#miss();
      },
    );
  }

  #hear({ token, changed }: LiveReply, connection: Connection): void {
    const wasLost = this.#failures > 0;
    this.#failures = 0;
    this.#token = token;
    this.#set(connection);
    if (wasLost) this.#notify(null);
    else if (changed.length > 0) this.#notify(changed);
  }

  #miss(): void {
    this.#failures += 1;
    if (this.#connection.kind !== 'unreachable') {
      this.#set({ kind: 'unreachable', since: this.#clock.now() });
    }
    const delay = hubLimits.backoffMinMs * 2 ** Math.min(this.#failures - 1, 10);
    this.#again(Math.min(delay, hubLimits.backoffMaxMs));
  }

  #again(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      if (this.#pauseIfIdle()) return;
      if (this.#failures === 0 && this.#policy?.mode === 'stream') this.#restart();
      else this.#ask();
    });
  }

  #scheduleTick(): void {
    const everyMs = Math.max(this.#policy?.askAfterMs ?? 0, hubLimits.tickMinMs);
    this.#cancelTick = this.#clock.after(everyMs, () => {
      if (this.#pauseIfIdle()) return;
      if (this.#failures === 0 && this.#watched.has(tickTopic)) this.#notify([tickTopic]);
      this.#scheduleTick();
    });
  }

  #pauseIfIdle(): boolean {
    const pauseAfterMs = this.#policy?.pauseAfterMs;
    if (pauseAfterMs === undefined) return false;
    if (this.#clock.now() - this.#touchedAt < pauseAfterMs) return false;
    this.#rest({ kind: 'paused' });
    return true;
  }

  #rest(connection: Connection): void {
    this.#halt();
    this.#set(connection);
  }

  #halt(): void {
    this.#cancelTimer();
    this.#cancelRestart();
    this.#cancelTick();
    this.#asking?.abort();
    this.#asking = null;
    this.#stream?.close();
    this.#stream = null;
  }

  #notify(changed: readonly string[] | null): void {
    for (const listener of this.#changeListeners) listener(changed);
  }

  #set(connection: Connection): void {
    if (JSON.stringify(connection) === JSON.stringify(this.#connection)) return;
    this.#connection = connection;
    for (const listener of this.#listeners) listener();
  }
}

function samePolicy(a: LivePolicy, b: LivePolicy): boolean {
  return a.mode === b.mode && a.askAfterMs === b.askAfterMs && a.pauseAfterMs === b.pauseAfterMs;
}
