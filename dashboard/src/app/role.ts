/** What the roles of callers allow. The API decides; the page does not offer what it refuses. */
import type { ApiReply } from '../../../lib/api/contract/contract.ts';
import type { Contract } from '../api/operation-routes.ts';

/** The role of a caller. */
export type Role = ApiReply<'getApp'>['role'];

/** What an operation needs. */
export type Need = Contract[keyof Contract]['needs'];

const allowed: Readonly<Record<Role, readonly Need[]>> = {
  reader: ['read'],
  operator: ['read', 'operate'],
  owner: ['read', 'operate', 'own'],
};

const firstRole: Readonly<Record<Need, string>> = {
  read: 'reader',
  operate: 'operator',
  own: 'owner',
};

/** Returns why a role does not allow something; null when it does. */
export function refusalOf(role: Role, needs: Need): string | null {
  if (allowed[role].includes(needs)) return null;
  return `needs the role ${firstRole[needs]}; you are ${role}`;
}
