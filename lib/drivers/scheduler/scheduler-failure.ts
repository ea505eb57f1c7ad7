/** What EventBridge Scheduler or the way to it answered, as errors of Millrace. */
import { hasCode, MillraceError, messageOf } from '../../errors.ts';

/** The calls this driver makes; each is also the name of the permission that it needs. */
export type SchedulerAction = 'CreateSchedule' | 'GetSchedule' | 'UpdateSchedule';

/** What an error of the SDK says beside its message. */
interface SdkFailure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether {@link schedulerFailure} made `error` of the service's exception of this name. */
export function isRefusal(error: unknown, name: string): boolean {
  return hasCode(error) && error.fields.reason === name;
}

/**
 * `INVALID_CONFIGURATION` for what a person has to mend, else `BROKER_UNAVAILABLE`: the caller may
 * try again.
 */
export function schedulerFailure(
  error: unknown,
  action: SchedulerAction,
  schedule: string,
): MillraceError {
  const { name = '', $metadata } = error as SdkFailure;
  const status = $metadata?.httpStatusCode;
  const isFault = status !== undefined && status < 500 && status !== 429 && status !== 409;
  const why = mends[name]?.(action) ?? messageOf(error);
  return new MillraceError(
    isFault ? 'INVALID_CONFIGURATION' : 'BROKER_UNAVAILABLE',
    `scheduler: ${action} of the schedule ${schedule} failed: ${why}`,
    { retryable: !isFault, cause: error, fields: { schedule, action, reason: name } },
  );
}

const mends: Readonly<Record<string, (action: SchedulerAction) => string>> = {
  AccessDeniedException: (action) =>
    `these credentials may not do it: allow scheduler:${action} on the schedule, and iam:PassRole ` +
    'on the role of its target',
  ResourceNotFoundException: () =>
    'there is no such schedule in this account and region: deploy the stack again, or mend ' +
    'SWEEP_SCHEDULE (group/name)',
};
