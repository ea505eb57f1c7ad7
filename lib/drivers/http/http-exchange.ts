/**
 * Sends a request and reads the response, bounded in time and size. Redirects are not followed: a
 * connection's secrets go to the address that the definition names, and nowhere else.
 */
import { type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { messageOf } from '../../errors.ts';
import { TaskFailure } from '../../ports/task-failure.ts';
import { readBounded } from '../shared/bounded-body.ts';
import type { HttpRequest } from './http-request.ts';

/** Bounds of one exchange. */
export interface ExchangeLimits {
  readonly timeoutMs: number;
  /** The largest body of a response. */
  readonly bytesMax: number;
}

/** A response, as Tasks show it. */
export interface HttpAnswer extends JsonObject {
  readonly Headers: JsonObject;
  readonly ResponseBody: Json;
  readonly StatusCode: number;
  readonly StatusText: string;
}

/** How long AWS waits for a response, in milliseconds. */
export const exchangeTimeoutMs = 60_000;

/** Media types that no state can hold. */
const binary = /^(?:application\/octet-stream|(?:image|video|audio)\/)/;

/**
 * The response, whatever its status. Throws {@link TaskFailure}: `socketError` when there is none,
 * `States.Runtime` when it is no text.
 */
export async function exchange(
  { url, ...request }: HttpRequest,
  signal: AbortSignal,
  { timeoutMs, bytesMax }: ExchangeLimits,
  socketError: string,
): Promise<HttpAnswer> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal: bounded });
    const body = response.body === null ? '' : await readText(response, response.body, bytesMax);
    return {
      Headers: headerLists(response.headers),
      ResponseBody: bodyOf(response.headers, body),
      StatusCode: response.status,
      StatusText: response.statusText,
    };
  } catch (thrown) {
    if (thrown instanceof TaskFailure) throw thrown;
    throw new TaskFailure(socketError, `${url.origin} could not be reached: ${reasonOf(thrown)}`);
  }
}

/** Whether the response is a result and no failure. */
export function isSuccess({ StatusCode }: HttpAnswer): boolean {
  return StatusCode >= 200 && StatusCode < 300;
}

async function readText(
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
    throw new TaskFailure(ErrorName.runtime, 'the response is no text in UTF-8');
  }
}

/** JSON when the response says that it is, and is. */
function bodyOf(headers: Headers, body: string): Json {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(headers.get('content-type') ?? '')) return body;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

function headerLists(headers: Headers): JsonObject {
  const lists: Record<string, Json> = {};
  for (const [name, value] of headers) {
    setOwn(lists, name, name === 'set-cookie' ? headers.getSetCookie() : [value]);
  }
  return lists;
}

/** `fetch` says why in its error's cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return messageOf(cause instanceof Error && cause.message !== '' ? cause : thrown);
}
