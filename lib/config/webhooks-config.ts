/** The webhooks of a configuration, and their secrets. */
import type { LeasedDelivery } from '../ports/store/webhook-store.ts';

/** A secret, or a function that returns it and is called for each request. */
export type WebhookSecret = string | (() => string | Promise<string>);

/** Who receives what as a signed request. */
export interface WebhooksConfig {
  /** Receive each alert that opens or ends. @default [] */
  readonly alerts?: readonly { readonly url: string; readonly secret: WebhookSecret }[];
  /** Secrets by the name that the option `onEnd` of batches gives. @default {} */
  readonly secrets?: Readonly<Record<string, WebhookSecret>>;
  /**
   * Hosts that may have a private address; they may also be called over plain `http:`.
   * @default []
   */
  readonly privateHosts?: readonly string[];
}

/** The webhooks of an app. */
export interface Webhooks {
  readonly alerts: NonNullable<WebhooksConfig['alerts']>;
  readonly secrets: ReadonlyMap<string, WebhookSecret>;
  readonly privateHosts: ReadonlySet<string>;
}

/** Returns the webhooks of a configuration. */
export function toWebhooks({
  alerts = [],
  secrets = {},
  privateHosts = [],
}: WebhooksConfig = {}): Webhooks {
  return {
    alerts,
    secrets: new Map(Object.entries(secrets)),
    privateHosts: new Set(privateHosts),
  };
}

/**
 * Returns the secret of a delivery; null when the configuration has none (any more). Throws what a
 * function of the configuration throws.
 */
export async function findWebhookSecret(
  { alerts, secrets }: Pick<Webhooks, 'alerts' | 'secrets'>,
  { url, secretName }: Pick<LeasedDelivery, 'url' | 'secretName'>,
): Promise<string | null> {
  const secret =
    secretName === null
      ? alerts.find((webhook) => webhook.url === url)?.secret
      : secrets.get(secretName);
  if (secret === undefined) return null;
  return typeof secret === 'string' ? secret : await secret();
}
