import { messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeasedDelivery, WebhookStore } from '../ports/store/webhook-store.ts';
import type { WebhookClient, WebhookResult } from '../ports/webhook-client.ts';
import { Backoff } from '../retry/backoff.ts';
import { Role, type RoleOptions } from './role.ts';
import { type DeliveryDecision, decideDelivery } from './webhooks/delivery-decision.ts';
import { createWebhookSignature, signatureHeader } from './webhooks/webhook-signature.ts';

/** What a {@link WebhookSender} is constructed from, and how it works. */
export interface WebhookSenderOptions extends RoleOptions {
  readonly store: WebhookStore;
  readonly client: WebhookClient;
  /** Returns the secret that signs a delivery; null when the configuration has none any more. */
  readonly secretOf: (delivery: LeasedDelivery) => Promise<string | null>;
  /** The value of the header `user-agent`. */
  readonly userAgent: string;
  /** Time between two looks for deliveries that are due, in milliseconds. @default 5,000 */
  readonly intervalMs?: number;
  /** Maximum duration of one request, in milliseconds. @default 10,000 */
  readonly timeoutMs?: number;
}

/** Defaults of {@link WebhookSenderOptions}. */
const webhookSenderDefaults = Object.freeze({ intervalMs: 5_000, timeoutMs: 10_000 });

/** Maximum time between two looks, in milliseconds: it doubles while nothing is due. */
const idleMsMax = 30_000;

/** Number of requests at the same time. */
const requestsMax = 10;

/** How long requests that are under way may take once the sender stops, in milliseconds. */
const finishMs = 3_000;

/**
 * Sends the queued deliveries to webhooks, each signed, until they are answered with success or
 * their attempts are used up. A delivery may arrive twice: its id tells. When the sender stops, it
 * lets the requests that are under way finish for a while, and sends what is due once more, so that
 * a process that ends after its batch has reported it.
 *
 * Whoever queues a delivery in the same process wakes the sender: it looks seldom otherwise.
 *
 * Logs show the origin of a URL only: a path may hold a secret.
 */
export class WebhookSender extends Role {
  readonly name = 'webhook sender';
  readonly #options: WebhookSenderOptions &
    Required<Pick<WebhookSenderOptions, keyof typeof webhookSenderDefaults>>;
  readonly #looks: Backoff;

  constructor(options: WebhookSenderOptions) {
    super(options);
    this.#options = { ...webhookSenderDefaults, ...options };
    const { intervalMs } = this.#options;
    this.#looks = new Backoff({ firstMs: intervalMs, maxMs: Math.max(intervalMs, idleMsMax) });
  }

  override wake(): void {
    this.#looks.reset();
    super.wake();
  }

  async tick(signal: AbortSignal): Promise<number> {
    const sent = await this.#sendDue(signal);
    if (sent > 0) this.#looks.reset();
    return sent === requestsMax ? 0 : this.#looks.nextMs();
  }

  protected override async end(): Promise<void> {
    await this.#sendDue(new AbortController().signal);
  }

  async #sendDue(signal: AbortSignal): Promise<number> {
    const { store, clock, timeoutMs } = this.#options;
    // Longer than a request takes, so that no other process sends it meanwhile.
    const due = await store.leaseDeliveries(requestsMax, 2 * timeoutMs + 10_000);
    const late = abortLater(clock, signal, finishMs);
    await Promise.all(due.map((delivery) => this.#send(delivery, late.signal)));
    late.cancel();
    return due.length;
  }

  async #send(delivery: LeasedDelivery, signal: AbortSignal): Promise<void> {
    const { store, clock, random } = this.#options;
    const result = await this.#attempt(delivery, signal);
    const decision = decideDelivery(result, delivery, clock.now(), random());
    this.#log(delivery, decision);
    await store.settleDelivery(delivery.id, decision.kind === 'retry' ? decision.inMs : null);
  }

  async #attempt(delivery: LeasedDelivery, signal: AbortSignal): Promise<WebhookResult> {
    const { client, clock, secretOf, userAgent, timeoutMs } = this.#options;
    const { id, url, type, body } = delivery;
    let secret: string | null;
    try {
      secret = await secretOf(delivery);
    } catch (error) {
      return { kind: 'failed', reason: `its secret could not be read: ${messageOf(error)}` };
    }
    if (secret === null) return { kind: 'refused', reason: 'the configuration has no secret' };
    const seconds = Math.floor(clock.now() / 1_000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'millrace-delivery': id,
      'millrace-event': type,
      [signatureHeader]: createWebhookSignature(secret, seconds, body),
    };
    return client.post({ url, headers, body, timeoutMs, signal });
  }

  #log({ id, url, type, attempts }: LeasedDelivery, decision: DeliveryDecision): void {
    const { logger } = this.#options;
    const fields = { deliveryId: id, type, origin: originOf(url), attempts };
    if (decision.kind === 'done') {
      logger.info('webhook delivered', fields);
    } else if (decision.kind === 'retry') {
      const { inMs: pauseMs, reason } = decision;
      logger.warn('webhook not delivered: retrying', { ...fields, pauseMs, reason });
    } else {
      logger.error('webhook dropped: no further attempt', { ...fields, reason: decision.reason });
    }
  }
}

/** Returns a signal that aborts `ms` milliseconds after `first`, unless that is cancelled. */
function abortLater(
  clock: Clock,
  first: AbortSignal,
  ms: number,
): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const later = new AbortController();
  let cancelTimer = () => {};
  const begin = () => {
    cancelTimer = clock.after(ms, () => later.abort());
  };
  if (first.aborted) begin();
  else first.addEventListener('abort', begin, { once: true });
  return {
    signal: later.signal,
    cancel: () => {
      first.removeEventListener('abort', begin);
      cancelTimer();
    },
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'no URL';
}
