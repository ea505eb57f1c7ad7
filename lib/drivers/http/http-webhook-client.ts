import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { messageOf } from '../../errors.ts';
import type { WebhookClient, WebhookRequest, WebhookResult } from '../../ports/webhook-client.ts';
import { nodeHttp, nodeHttps } from '../shared/node-http.ts';
import { isPrivateAddress } from './private-addresses.ts';
import { AddressRefused, createPublicLookup } from './public-lookup.ts';

/** Maximum size of a response's headers, in bytes; its body is not read. */
const headerBytesMax = 16_384;

/**
 * Posts over HTTPS to public addresses, and to the hosts that may be private, which may also be
 * called over plain HTTP. The address is checked when the connection is made, so that a name that
 * resolves to another address by then reaches nothing private either.
 */
export class HttpWebhookClient implements WebhookClient {
  readonly #privateHosts: ReadonlySet<string>;

  /** @param privateHosts host names or addresses, as URLs have them */
  constructor(privateHosts: ReadonlySet<string>) {
    this.#privateHosts = privateHosts;
  }

  async post(webhook: WebhookRequest): Promise<WebhookResult> {
    const url = URL.canParse(webhook.url) ? new URL(webhook.url) : null;
    const refusal = url === null ? 'it is no URL' : this.#findRefusal(url);
    if (url === null || refusal !== null) return { kind: 'refused', reason: refusal ?? '' };
    try {
      return { kind: 'answered', status: await this.#send(url, webhook) };
    } catch (error) {
      const kind = error instanceof AddressRefused ? 'refused' : 'failed';
      return { kind, reason: messageOf(error) };
    }
  }

  #findRefusal({ protocol, hostname }: URL): string | null {
    const mayBePrivate = this.#privateHosts.has(hostname);
    if (protocol !== 'https:' && !(protocol === 'http:' && mayBePrivate)) {
      return 'its URL must begin with https:// (http:// is only for webhooks.privateHosts)';
    }
    const address = hostname.replace(/^\[(.*)\]$/, '$1');
    if (mayBePrivate || isIP(address) === 0 || !isPrivateAddress(address)) return null;
    return privateRefusal(hostname);
  }

  /** Returns the status of the response; throws when there is none. */
  #send(url: URL, { headers, body, timeoutMs, signal }: WebhookRequest): Promise<number> {
    const bytes = Buffer.from(body);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      // A connection of its own: one that is reused was checked for another request.
      agent: false,
      maxHeaderSize: headerBytesMax,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(!this.#privateHosts.has(url.hostname) && { lookup: lookupPublic }),
    };
    return new Promise((resolve, reject) => {
      const { request } = url.protocol === 'http:' ? nodeHttp() : nodeHttps();
      const sending = request(url, options, (response) => {
        response.destroy();
        resolve(response.statusCode ?? 0);
      });
      sending.on('error', reject);
      sending.end(bytes);
    });
  }
}

function privateRefusal(host: string): string {
  return `${host} has a private address: name it in webhooks.privateHosts to allow it`;
}

const lookupPublic = createPublicLookup(privateRefusal);
