import type { Operation } from './contract/operation.ts';

/** The roles of callers. Each may do what the ones before it may. */
export const callerRoles = ['reader', 'operator', 'owner'] as const;

/** What a caller may do: read, also change, or also delete and see what is redacted. */
export type CallerRole = (typeof callerRoles)[number];

const roleNeeded: Readonly<Record<Operation['needs'], CallerRole>> = Object.freeze({
  read: 'reader',
  operate: 'operator',
  own: 'owner',
});

/** Whether `role` may do what `needs` says. */
export function mayCall(role: CallerRole, needs: Operation['needs']): boolean {
  return callerRoles.indexOf(role) >= callerRoles.indexOf(roleNeeded[needs]);
}

/** Returns the first role that may do what `needs` says. */
export function roleFor(needs: Operation['needs']): CallerRole {
  return roleNeeded[needs];
}
