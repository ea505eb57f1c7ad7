/** A request to a webhook, to be sent until it is answered. */
export interface NewDelivery {
  /** A UUID of version 7. */
  readonly id: string;
  readonly url: string;
  /** Names the secret of its signature; null for the secret that the configuration has by URL. */
  readonly secretName: string | null;
  /** The type of the event (`millrace.batch.ended` …). */
  readonly type: string;
  /** One JSON text. */
  readonly body: string;
}

/** A delivery that is due. */
export interface LeasedDelivery extends NewDelivery {
  readonly createdAt: number;
  /** The number of attempts, this one included. */
  readonly attempts: number;
}

/** Maximum number of deliveries that wait; further ones are dropped when they are queued. */
export const deliveriesMax = 10_000;

/**
 * The requests to webhooks that wait to be sent. They are queued by the statement that changes what
 * they report (`AlertStore.openAlerts`, `BatchStore.transitionBatch`), so that no crash loses one.
 */
export interface WebhookStore {
  /**
   * Takes up to `limit` deliveries that are due, and counts an attempt for each. No other caller
   * gets them for `leaseMs`; when they are not settled by then, they are due again.
   */
  leaseDeliveries(limit: number, leaseMs: number): Promise<LeasedDelivery[]>;
  /** Removes a delivery, or makes it due again. @param retryInMs null removes it */
  settleDelivery(id: string, retryInMs: number | null): Promise<void>;
}
