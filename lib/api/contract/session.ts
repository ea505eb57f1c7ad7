/**
 * Operations on the session of a browser. The server of the dashboard answers them itself, so they
 * are not part of the contract: where IAM authorizes requests there is nothing to log in to.
 */
import * as z from 'zod';
import { callerRoles } from '../caller-role.ts';
import type { Operation } from './operation.ts';
import { exactly, nonEmptyText, timestamp } from './shapes.ts';

/** How callers of a server log in. */
const loginKinds = ['none', 'token', 'proxy', 'oidc'] as const;

const session = exactly({
  login: z.enum(loginKinds).meta({
    description:
      'none: this machine needs no login; proxy: the proxy in front logs callers in; oidc: an ' +
      'identity provider does, from /auth/login.',
  }),
  caller: z.string().nullable(),
  role: z.enum(callerRoles).nullable().meta({ description: 'Null before the login.' }),
  endsAt: timestamp.nullable().meta({ description: 'The end of the session; null without one.' }),
});

/** Logs in with a token, tells who is logged in, and logs out. */
export const sessionOperations = {
  createSession: {
    needs: 'read',
    method: 'POST',
    path: '/v1/session',
    summary: 'Exchanges a token for a session cookie',
    body: exactly({ token: nonEmptyText.max(1_000) }),
    reply: session,
  },
  getSession: {
    needs: 'read',
    method: 'GET',
    path: '/v1/session',
    summary: 'Returns who is calling, without requiring a login',
    reply: session,
  },
  deleteSession: {
    needs: 'read',
    method: 'DELETE',
    path: '/v1/session',
    summary: 'Ends the session in this browser',
    reply: session,
  },
} as const satisfies Record<string, Operation>;
