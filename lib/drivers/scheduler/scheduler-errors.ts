/** Errors of EventBridge Scheduler as errors of Millrace. */
import { hasCode, MillraceError, messageOf } from '../../errors.ts';

/** The calls that this driver makes; each name is also that of the permission it needs. */
export type SchedulerAction = 'CreateSchedule' | 'GetSchedule' | 'UpdateSchedule';

/** The fields of an SDK error. */
interface SdkFailure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether {@link toSchedulerError} created `error` from the service exception `name`. */
export function isSchedulerException(error: unknown, name: string): boolean {
  return hasCode(error) && error.fields.reason === name;
}

/**
 * Converts a failed call: `INVALID_CONFIGURATION` if the user must fix it, else
 * `BROKER_UNAVAILABLE`, which is retryable.
 */
export function toSchedulerError(
  error: unknown,
  action: SchedulerAction,
  schedule: string,
): MillraceError {
  const { name = '', $metadata } = error as SdkFailure;
  const status = $metadata?.httpStatusCode;
  const isConfigurationError =
    status !== undefined && status < 500 && status !== 429 && status !== 409;
  const why = remedies[name]?.(action) ?? messageOf(error);
  return new MillraceError(
    isConfigurationError ? 'INVALID_CONFIGURATION' : 'BROKER_UNAVAILABLE',
    `scheduler: ${action} of the schedule ${schedule} failed: ${why}`,
    { retryable: !isConfigurationError, cause: error, fields: { schedule, action, reason: name } },
  );
}

const remedies: Readonly<Record<string, (action: SchedulerAction) => string>> = {
  AccessDeniedException: (action) =>
    `these credentials may not do it: allow scheduler:${action} on the schedule, and iam:PassRole ` +
    'on the role of its target',
  ResourceNotFoundException: () =>
    'there is no such schedule in this account and region: deploy the stack again, or correct ' +
    'SWEEP_SCHEDULE (group/name)',
};
