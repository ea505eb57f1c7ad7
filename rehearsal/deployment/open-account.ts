import { defaultQuota } from '../checks/check-concurrency.ts';
import { findDeployedFunctions } from '../checks/deployed-functions.ts';
import type { DatabaseLogin } from '../data-api-server/database-pools.ts';
import type { AccessModel } from '../iam/access-model.ts';
import { type IdentityStandIn, standInForIssuer } from '../identity/stand-in.ts';
import { AccountConcurrency } from '../runtime/account-concurrency.ts';
import { usesTracingLayer } from '../runtime/function-definition.ts';
import { FunctionLogs } from '../runtime/function-logs.ts';
import { AlarmNotifier } from '../services/alarm-notifier.ts';
import { TraceReceiver } from '../services/trace-receiver.ts';
import type { Resolution } from '../template/resolution.ts';
import { generateSecrets, listLogins, listSecretTexts } from './template-secrets.ts';

/** What all functions of a deployment share. */
export interface OpenAccount {
  readonly concurrency: AccountConcurrency;
  readonly alarms: AlarmNotifier;
  readonly logs: FunctionLogs;
  readonly traces: TraceReceiver | null;
  readonly identity: IdentityStandIn;
  /** The texts of secrets by their ARN. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The users of the database besides its owner, by the ARN of their secret. */
  readonly logins: ReadonlyMap<string, DatabaseLogin>;
}

/**
 * Opens what the account has for an assembly: its quota, the secrets that it generates, and whoever
 * logs people in.
 * @param quota how many functions it may run at once; see {@link defaultQuota}
 */
export async function openAccount(
  resolution: Resolution,
  access: AccessModel,
  quota: number | undefined,
): Promise<OpenAccount> {
  const functions = findDeployedFunctions(resolution);
  const generated = generateSecrets(resolution);
  const identity = await standInForIssuer(functions);
  const secrets = new Map([...generated, ...identity.secrets]);
  return {
    concurrency: new AccountConcurrency(quota ?? defaultQuota(functions)),
    alarms: new AlarmNotifier(resolution, access),
    traces: functions.some(({ definition }) => usesTracingLayer(definition))
      ? await TraceReceiver.open()
      : null,
    logs: new FunctionLogs(listSecretTexts(secrets)),
    identity,
    secrets,
    logins: listLogins(generated),
  };
}
