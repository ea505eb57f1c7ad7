/** Reads HTTP requests up to their limit, and sends results and errors. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DataApiError } from './data-api-error.ts';

/** The body of a request, and the size of the request. */
export interface ReceivedRequest {
  readonly text: string;
  /** Size of the request, headers included. */
  readonly bytes: number;
}

/**
 * Reads a request to its end, but buffers no more than allowed.
 * @throws DataApiError for a request of more than `requestBytes`
 */
export async function receiveDataApiRequest(
  request: IncomingMessage,
  requestBytes: number,
): Promise<ReceivedRequest> {
  let bytes = request.rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part) + 2, 0);
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes <= requestBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > requestBytes) {
    const message = `Request is larger than ${requestBytes} bytes`;
    throw new DataApiError('RequestEntityTooLargeException', message);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}

/** Sends a result. @returns the size of the body, in bytes */
export function sendResult(response: ServerResponse, json: string): number {
  return send(response, 200, json, {});
}

/** Sends an error. @returns the size of the body, in bytes */
export function sendError(response: ServerResponse, error: DataApiError): number {
  const { code, status, message, fields } = error;
  const json = JSON.stringify(message === '' ? fields : { message, ...fields });
  return send(response, status, json, { 'x-amzn-errortype': code });
}

function send(
  response: ServerResponse,
  status: number,
  json: string,
  headers: Readonly<Record<string, string>>,
): number {
  const body = Buffer.from(json);
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
  return body.length;
}
