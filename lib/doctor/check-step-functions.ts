import { lookup } from 'node:dns/promises';
import { type Finding, okFinding, withTimeout } from '../operations/diagnosis/finding.ts';
import type { Clock } from '../ports/clock.ts';

/** The host name that AWS's clients call for StartSyncExecution and TestState on this machine. */
const prefixedHost = 'sync-localhost';

/** Resolves a host name; rejects when it has no address. */
export type ResolveHost = (name: string) => Promise<unknown>;

/**
 * Says how clients of Step Functions' API on this machine reach StartSyncExecution and TestState:
 * AWS's clients put `sync-` before the host name of these two.
 */
export async function checkStepFunctions(
  clock: Clock,
  resolve: ResolveHost = lookup,
): Promise<Finding> {
  const check = 'step functions';
  try {
    await withTimeout(clock, resolve(prefixedHost));
    return okFinding(check, `${prefixedHost} is this machine: any client reaches all operations`);
  } catch {
    // Only callers of these two need the name, and each client has a recipe without it.
    return okFinding(
      check,
      `${prefixedHost} is no name here: for start-sync-execution and test-state, set HTTP_PROXY for ` +
        'the AWS CLI, inject_host_prefix=False in boto3, disableHostPrefix in the SDK for ' +
        `JavaScript, or add '127.0.0.1 ${prefixedHost}' to the hosts file`,
    );
  }
}
