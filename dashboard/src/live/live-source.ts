/** Where the page hears of changes. */

/** What the server says of the topics asked for. */
export interface LiveReply {
  /** Where the next question goes on. */
  readonly token: string;
  readonly changed: readonly string[];
  readonly askAfterMs: number;
}

/** An open stream. */
export interface LiveStream {
  close(): void;
}

/** What a stream reports. */
export interface LiveStreamEvents {
  readonly onReply: (reply: LiveReply) => void;
  /** A sign of life without news. */
  readonly onBeat: () => void;
  readonly onBroken: () => void;
}

/** Opens streams of changes, and asks for changes. */
export interface LiveSource {
  open(topics: readonly string[], since: string | undefined, events: LiveStreamEvents): LiveStream;
  ask(
    topics: readonly string[],
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<LiveReply>;
}
