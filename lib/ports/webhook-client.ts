/** A request to a webhook. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Maximum duration until the response begins, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What became of a request. */
export type WebhookResult =
  | { readonly kind: 'answered'; readonly status: number }
  /** No response: a later attempt may get one. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Not sent, and never will be: the address is not allowed. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Posts to webhooks. Follows no redirect, reads no response body, and never connects to a private
 * address that is not allowed, whatever a name resolves to.
 */
export interface WebhookClient {
  /** Sends one request; never throws. */
  post(request: WebhookRequest): Promise<WebhookResult>;
}
