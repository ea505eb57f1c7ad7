import { Refusal } from '../../api/problem.ts';
import { messageOf } from '../../errors.ts';

/** A JSON object of the identity provider. */
export type ProviderDocument = Readonly<Record<string, unknown>>;

/** The status of an answer, and its document; empty when it is no JSON object. */
export interface ProviderAnswer {
  readonly status: number;
  readonly document: ProviderDocument;
}

/** Time that the provider has for an answer, in milliseconds. */
export const providerTimeoutMs = 8_000;

/** Maximum size of an answer, in bytes. */
const answerBytesMax = 1_048_576;

/** Calls the identity provider. Throws LOGIN_UNAVAILABLE when it does not answer, or redirects. */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<ProviderAnswer> {
  try {
    const signal = AbortSignal.timeout(providerTimeoutMs);
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    return { status: response.status, document: parse(await readText(response)) };
  } catch (error) {
    throw loginUnavailable(`${new URL(url).host} did not answer: ${messageOf(error)}`);
  }
}

/** Returns the refusal of a login that cannot be decided now. */
export function loginUnavailable(reason: string): Refusal {
  return new Refusal('LOGIN_UNAVAILABLE', `the identity provider cannot be used: ${reason}`);
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`its answer has more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): ProviderDocument {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as ProviderDocument) : {};
  } catch {
    // An error page of a proxy is no document.
    return {};
  }
}
