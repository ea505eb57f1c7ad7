/** An error of EventBridge Scheduler's API. */
export class SchedulerError extends Error {
  override readonly name = 'SchedulerFault';
  readonly code: 'ValidationException' | 'ResourceNotFoundException' | 'ConflictException';

  constructor(code: SchedulerError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The HTTP status by error code. */
export const schedulerStatus = {
  ValidationException: 400,
  ResourceNotFoundException: 404,
  ConflictException: 409,
} as const;

/** Returns the error of an invalid request. */
export function validationError(message: string): SchedulerError {
  return new SchedulerError('ValidationException', message);
}

/** Returns the error of a request for something that does not exist. */
export function notFound(what: string): SchedulerError {
  return new SchedulerError('ResourceNotFoundException', `${what} does not exist.`);
}

/** Returns the error of a request to create something that exists. */
export function alreadyExists(what: string): SchedulerError {
  return new SchedulerError('ConflictException', `${what} already exists.`);
}
