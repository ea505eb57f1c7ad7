/** An event that waits in a queue. */
export interface QueuedNotification {
  readonly id: string;
  readonly body: string;
  /** For {@link NotificationQueue.remove}. */
  readonly receipt: string;
}

/** A queue into which services put events; each is delivered until it is removed. */
export interface NotificationQueue {
  readonly description: string;
  /** Waits for events for some seconds. Throws BROKER_UNAVAILABLE or INVALID_CONFIGURATION. */
  receive(signal: AbortSignal): Promise<QueuedNotification[]>;
  remove(event: QueuedNotification): Promise<void>;
}
