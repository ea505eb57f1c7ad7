/** Idempotency keys of calls: an execution's id and the command that the call carries out. */

/** Returns the idempotency key of a command's call. */
export function createIdempotencyKey(executionId: string, command: string): string {
  return `${executionId}:${command}`;
}

/** Returns the command that a call carries out. */
export function parseCommand({
  execution,
  idempotencyKey,
}: {
  readonly execution: { readonly id: string };
  readonly idempotencyKey: string;
}): string {
  return idempotencyKey.slice(execution.id.length + 1);
}
