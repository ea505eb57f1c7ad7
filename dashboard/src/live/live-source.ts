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
  /** A sign of life without a change. */
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

/**
 * Returns a source that calls `onRefused` when a question is refused because no one is logged in:
 * the session may have ended while the page was open, and nothing else asks until it is known.
 */
export function reportRefusals(
  source: LiveSource,
  isRefusal: (error: unknown) => boolean,
  onRefused: () => void,
): LiveSource {
  return {
    ...source,
    async ask(...question) {
      try {
        return await source.ask(...question);
      } catch (error) {
        if (isRefusal(error)) onRefused();
        throw error;
      }
    },
  };
}
