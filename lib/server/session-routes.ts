/** Login, logout, and who is calling. */
import type { Operation } from '../api/contract/operation.ts';
import { sessionOperations } from '../api/contract/session.ts';
import { Refusal } from '../api/problem.ts';
import { readBody } from '../api/read-request.ts';
import { refuseForms } from '../api/request-origin.ts';
import { jsonResponse } from '../api/responses.ts';
import type { AccessControl, LoginResult } from './access/access.ts';
import type { ArrivedRequest } from './http/arrived-request.ts';

/** The path of the session. */
export const sessionPath = sessionOperations.getSession.path;

/** Maximum size of a login's body, in bytes. */
const bodyBytesMax = 4_096;

/** Answers the requests at {@link sessionPath}: who is calling, login and logout. */
export async function answerSession(
  access: AccessControl,
  arrived: ArrivedRequest,
  toRequest: () => Request,
): Promise<Response> {
  switch (arrived.method) {
    case 'GET':
    case 'HEAD':
      return jsonResponse(200, access.identify(arrived));
    case 'POST': {
      refuseForms(arrived);
      const operation: Operation = sessionOperations.createSession;
      const body = await readBody(operation, toRequest(), bodyBytesMax);
      // The operation has checked the body, so it has this shape.
      const { token } = body as { readonly token: string };
      return withCookie(access.logIn(arrived, token));
    }
    case 'DELETE':
      refuseForms(arrived);
      return withCookie(access.logOut());
    default: {
      const allow = 'GET, HEAD, POST, DELETE';
      const message = `expected ${allow} at this path; found ${arrived.method}`;
      throw new Refusal('METHOD_NOT_ALLOWED', message, { allow });
    }
  }
}

function withCookie({ identity, cookie }: LoginResult): Response {
  const response = jsonResponse(200, identity);
  response.headers.set('set-cookie', cookie);
  return response;
}
