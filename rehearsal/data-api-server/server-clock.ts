/** The server's clock. A test can pass one that makes 45 seconds or three minutes pass at once. */
export interface ServerClock {
  /** Returns milliseconds since 1970. */
  now(): number;
  /** Calls back once after `ms` milliseconds. Returns a function that cancels the call. */
  after(ms: number, callback: () => void): () => void;
}

/** The clock of the machine. Its timers do not keep the process alive. */
export const realClock: ServerClock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
