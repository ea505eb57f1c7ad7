/** The client of the API that serves this page. */
import { ApiClient } from './api-client.ts';

/** Calls the API beside the page, with the browser's cookies. */
export const api = new ApiClient({
  baseUrl: document.baseURI,
  fetch: (url, init) => fetch(url, init),
  digest: sha256,
});

/** WebCrypto is there over TLS and on loopback only, which is where the digest is needed. */
async function sha256(text: string): Promise<string | null> {
  if (!globalThis.isSecureContext) return null;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
