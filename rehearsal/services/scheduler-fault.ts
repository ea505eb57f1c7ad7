/** The errors of EventBridge Scheduler, which its API answers. */

/** An error of Scheduler's. */
export class SchedulerFault extends Error {
  override readonly name = 'SchedulerFault';
  readonly code: 'ValidationException' | 'ResourceNotFoundException' | 'ConflictException';

  constructor(code: SchedulerFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The HTTP status of each. */
export const schedulerStatus = {
  ValidationException: 400,
  ResourceNotFoundException: 404,
  ConflictException: 409,
} as const;

/** What was asked for cannot be. */
export function invalid(message: string): SchedulerFault {
  return new SchedulerFault('ValidationException', message);
}

/** What was asked for is not there. */
export function absent(what: string): SchedulerFault {
  return new SchedulerFault('ResourceNotFoundException', `${what} does not exist.`);
}

/** What was to be made is there. */
export function present(what: string): SchedulerFault {
  return new SchedulerFault('ConflictException', `${what} already exists.`);
}
