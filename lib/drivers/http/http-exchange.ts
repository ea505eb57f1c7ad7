/** One HTTP exchange, limited in time and size. */
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';
import { readBounded } from '../shared/bounded-body.ts';
import { nodeHttp, nodeHttps } from '../shared/node-http.ts';
import type { CallTargets } from './call-targets.ts';
import type { HttpRequest } from './http-request.ts';
import { AddressRefused } from './public-lookup.ts';

/** Limits of one exchange, and where it may go. */
export interface ExchangeLimits {
  readonly timeoutMs: number;
  /** Maximum size of a response body, in bytes. */
  readonly bytesMax: number;
  readonly targets: CallTargets;
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

/** Headers of every request, unless the definition has them. */
const standardHeaders = { accept: '*/*', 'user-agent': 'millrace' };

/** The codings that a body may have, and what undoes them. */
const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** Maximum number of codings on top of each other; each is bounded only with the one inside. */
const codingsMax = 2;

/**
 * Sends a request and reads the response, whatever its status, within the limits. Redirects are not
 * followed: a connection's secrets must only go to the address in the definition. Throws
 * {@link TaskFailure}: `socketError` without a response, `States.Runtime` if it is not text or the
 * address is not one that Tasks may call.
 */
export async function exchange(
  request: HttpRequest,
  signal: AbortSignal,
  { timeoutMs, bytesMax, targets }: ExchangeLimits,
  socketError: string,
): Promise<HttpResult> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await send(request, bounded, targets);
    const body = hasBody(request, response) ? await readBody(response, bytesMax) : '';
    const { statusCode = 0, statusMessage = '', headers } = response;
    return {
      Headers: toHeaderLists(headers),
      ResponseBody: parseBody(headers['content-type'] ?? '', body),
      StatusCode: statusCode,
      StatusText: statusMessage,
    };
  } catch (thrown) {
    if (thrown instanceof TaskFailure) throw thrown;
    if (thrown instanceof AddressRefused) {
      throw new TaskFailure(ErrorName.runtime, thrown.message);
    }
    const { origin } = request.url;
    throw new TaskFailure(socketError, `${origin} could not be reached: ${findReason(thrown)}`);
  }
}

/** Whether the response is a result and not a failure. */
export function isSuccess({ StatusCode }: HttpResult): boolean {
  return StatusCode >= 200 && StatusCode < 300;
}

/** Resolves to the response as soon as its headers are there. */
function send(
  { url, method, headers, body }: HttpRequest,
  signal: AbortSignal,
  targets: CallTargets,
): Promise<IncomingMessage> {
  const sent: Record<string, string> = {
    ...standardHeaders,
    'accept-encoding': 'gzip, deflate, br',
    ...Object.fromEntries(headers),
  };
  if (body !== undefined) sent['content-length'] = String(Buffer.byteLength(body));
  const options = { method, headers: sent, agent: targets.agentFor(url), signal };
  const { request } = url.protocol === 'http:' ? nodeHttp() : nodeHttps();
  return new Promise((resolve, reject) => {
    const sending = request(url, options, resolve);
    sending.on('error', reject);
    sending.end(body);
  });
}

/** Whether a response has a body at all: one without must not be decoded. */
function hasBody({ method }: HttpRequest, response: IncomingMessage): boolean {
  const isEmpty = method === 'HEAD' || [204, 304].includes(response.statusCode ?? 0);
  // Only a response that was read to its end gives its connection back.
  if (isEmpty) response.resume();
  return !isEmpty;
}

async function readBody(response: IncomingMessage, bytesMax: number): Promise<string> {
  const type = response.headers['content-type'] ?? '';
  if (binary.test(type)) {
    response.destroy();
    throw new TaskFailure(ErrorName.runtime, `a response of the type '${type}' is not supported`);
  }
  const bytes = await readBounded(decoded(response), bytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TaskFailure(ErrorName.runtime, 'the response is not UTF-8 text');
  }
}

/** Returns the body without its codings. */
function decoded(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const coding = response.headers['content-encoding'] ?? '';
  const names = coding.toLowerCase().split(',');
  const codings = names
    .map((name) => name.trim())
    .filter((name) => !['', 'identity'].includes(name));
  if (codings.length === 0) return response;
  const stages = codings.toReversed().map((name) => decoderOf(name)?.());
  if (codings.length > codingsMax || stages.includes(undefined)) {
    response.destroy();
    throw new TaskFailure(
      ErrorName.runtime,
      `a response with the content-encoding '${coding.slice(0, 100)}' is not supported`,
    );
  }
  let body: AsyncIterable<Uint8Array> & NodeJS.ReadableStream = response;
  for (const stage of stages) {
    // Whoever reads the last stream gets the error; nothing else is to be done here.
    if (stage !== undefined) body = pipeline(body, stage, () => {});
  }
  return body;
}

function decoderOf(name: string): (typeof decoders)[keyof typeof decoders] | undefined {
  return Object.hasOwn(decoders, name) ? decoders[name as keyof typeof decoders] : undefined;
}

/** Parses the body if the response declares JSON and contains it; otherwise returns the text. */
function parseBody(type: string, body: string): Json {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(type)) return body;
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}

function toHeaderLists(headers: IncomingMessage['headers']): JsonObject {
  const lists: Record<string, Json> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) setOwn(lists, name, [value].flat());
  }
  return lists;
}

/** An error of several addresses has no text of its own. */
function findReason(thrown: unknown): string {
  const errors = thrown instanceof AggregateError ? thrown.errors : [thrown];
  return errors.map(messageOf).join('; ');
}
