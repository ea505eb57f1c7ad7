/** One HTTP exchange, limited in time and size. */
import { type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';
import { readBounded } from '../shared/bounded-body.ts';
import type { HttpRequest } from './http-request.ts';

/** Limits of one exchange. */
export interface ExchangeLimits {
  readonly timeoutMs: number;
  /** Maximum size of a response body, in bytes. */
  readonly bytesMax: number;
}

/** A response in the form of a Task's result. */
export interface HttpResult extends JsonObject {
  readonly Headers: JsonObject;
  readonly ResponseBody: Json;
  readonly StatusCode: number;
  readonly StatusText: string;
}

/** AWS's timeout for a response, in milliseconds. */
export const exchangeTimeoutMs = 60_000;

/** Media types that a state cannot hold. */
const binary = /^(?:application\/octet-stream|(?:image|video|audio)\/)/;

/**
 * Sends a request and reads the response, whatever its status, within the limits. Redirects are not
 * followed: a connection's secrets must only go to the address in the definition. Throws
 * {@link TaskFailure}: `socketError` without a response, `States.Runtime` if it is not text.
 */
export async function exchange(
  { url, ...request }: HttpRequest,
  signal: AbortSignal,
  { timeoutMs, bytesMax }: ExchangeLimits,
  socketError: string,
): Promise<HttpResult> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal: bounded });
    const body = response.body === null ? '' : await readBody(response, response.body, bytesMax);
    return {
      Headers: toHeaderLists(response.headers),
      ResponseBody: parseBody(response.headers, body),
      StatusCode: response.status,
      StatusText: response.statusText,
    };
  } catch (thrown) {
    if (thrown instanceof TaskFailure) throw thrown;
    throw new TaskFailure(socketError, `${url.origin} could not be reached: ${findReason(thrown)}`);
  }
}

/** Whether the response is a result and not a failure. */
export function isSuccess({ StatusCode }: HttpResult): boolean {
  return StatusCode >= 200 && StatusCode < 300;
}

async function readBody(
  { headers }: Response,
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<string> {
  const type = headers.get('content-type') ?? '';
  if (binary.test(type)) {
    throw new TaskFailure(ErrorName.runtime, `a response of the type '${type}' is not supported`);
  }
  const bytes = await readBounded(body, bytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TaskFailure(ErrorName.runtime, 'the response is not UTF-8 text');
  }
}

/** Parses the body if the response declares JSON and contains it; otherwise returns the text. */
function parseBody(headers: Headers, body: string): Json {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(headers.get('content-type') ?? '')) return body;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

function toHeaderLists(headers: Headers): JsonObject {
  const lists: Record<string, Json> = {};
  for (const [name, value] of headers) {
    setOwn(lists, name, name === 'set-cookie' ? headers.getSetCookie() : [value]);
  }
  return lists;
}

/** `fetch` puts the reason into the cause of its error. */
function findReason(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return messageOf(cause instanceof Error && cause.message !== '' ? cause : thrown);
}
