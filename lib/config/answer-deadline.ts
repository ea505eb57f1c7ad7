/** Bounds of the default, in milliseconds. */
const defaultMsMin = 3_000;
const defaultMsMax = 15_000;

/**
 * Returns the maximum time for an answer of a service, in milliseconds: well below the lease, so
 * that a worker whose connection is silent can replace it before its lease ends. Undefined leaves
 * it to the driver, whose default fits the default lease.
 * @param configured in seconds
 */
export function resolveDeadline(
  configured: number | undefined,
  leaseSeconds: number | undefined,
): number | undefined {
  if (configured !== undefined) return configured * 1_000;
  if (leaseSeconds === undefined) return undefined;
  return Math.min(Math.max((leaseSeconds * 1_000) / 3, defaultMsMin), defaultMsMax);
}
