/** Logs in with a token, tells who is logged in, and logs out. The server keeps nothing. */
import type * as z from 'zod';
import type { sessionOperations } from '../../../lib/api/contract/session.ts';
import { problemOfResponse, unreachable } from './api-problem.ts';

/** Who is logged in, and how callers log in here. */
export type Session = z.input<(typeof sessionOperations)['getSession']['reply']>;

const path: (typeof sessionOperations)['getSession']['path'] = '/v1/session';

/** Returns who is calling; null where the server knows no sessions, because IAM authorizes. */
export async function getSession(signal?: AbortSignal): Promise<Session | null> {
  const response = await send('GET', undefined, signal);
  return response.status === 404 ? null : await read(response);
}

/** Exchanges a token for a session in this browser. */
export async function createSession(token: string): Promise<Session> {
  return await read(await send('POST', JSON.stringify({ token })));
}

/** Ends the session in this browser. */
export async function deleteSession(): Promise<Session> {
  return await read(await send('DELETE'));
}

/** Returns the address that sends the browser to the identity provider, and back to this screen. */
export function loginAddress(): string {
  const url = new URL('auth/login', document.baseURI);
  url.searchParams.set('to', `${location.pathname}${location.search}`);
  return url.href;
}

/** Returns the address that logs out here and at the identity provider. */
export function logoutAddress(): string {
  return new URL('auth/logout', document.baseURI).href;
}

async function send(method: string, body?: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(new URL(path.slice(1), document.baseURI), {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body !== undefined && { body }),
      ...(method !== 'GET' && { headers: { 'content-type': 'application/json' } }),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(error);
  }
}

async function read(response: Response): Promise<Session> {
  if (response.ok) return (await response.json()) as Session;
  const requestId = response.headers.get('x-request-id');
  throw problemOfResponse(response.status, requestId, await response.text());
}
