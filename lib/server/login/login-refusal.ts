/** Refusals of logins, apart from the provider, whose package is optional. */
import { Refusal } from '../../api/problem.ts';

/** Returns the refusal of a login. */
export function refusedLogin(reason: string): Refusal {
  return new Refusal('UNAUTHENTICATED', `the login was refused: ${reason}`);
}
