/** The types of errors in Step Functions' model. */
export type ModelledErrorType =
  | 'ActivityAlreadyExists'
  | 'ActivityDoesNotExist'
  | 'ActivityWorkerLimitExceeded'
  | 'ConflictException'
  | 'ExecutionAlreadyExists'
  | 'ExecutionDoesNotExist'
  | 'ExecutionNotRedrivable'
  | 'InvalidArn'
  | 'InvalidDefinition'
  | 'InvalidEncryptionConfiguration'
  | 'InvalidExecutionInput'
  | 'InvalidLoggingConfiguration'
  | 'InvalidName'
  | 'InvalidOutput'
  | 'InvalidToken'
  | 'InvalidTracingConfiguration'
  | 'MissingRequiredParameter'
  | 'ResourceNotFound'
  | 'ServiceQuotaExceededException'
  | 'StateMachineAlreadyExists'
  | 'StateMachineDeleting'
  | 'StateMachineDoesNotExist'
  | 'StateMachineTypeNotSupported'
  | 'TaskDoesNotExist'
  | 'TaskTimedOut'
  | 'TooManyTags'
  | 'ValidationException';

/** The types of errors that every AWS service has, and some that only HTTP has. */
export type CommonErrorType =
  | 'AccessDeniedException'
  | 'IncompleteSignatureException'
  | 'InternalFailure'
  | 'InvalidSignatureException'
  | 'MissingAuthenticationTokenException'
  | 'NotFoundException'
  | 'RequestEntityTooLargeException'
  | 'SerializationException'
  | 'ServiceUnavailable'
  | 'ThrottlingException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException';

/** The type of an error of the endpoint. */
export type ServiceErrorType = ModelledErrorType | CommonErrorType;

/** The statuses that are not 400: clients repeat what is 500 or more. */
const statuses: Readonly<Partial<Record<ServiceErrorType, number>>> = Object.freeze({
  NotFoundException: 404,
  RequestEntityTooLargeException: 413,
  InternalFailure: 500,
  ServiceUnavailable: 503,
});

/** Members of an error besides its message. */
export interface ServiceErrorMembers {
  readonly resourceName?: string;
  readonly reason?: string;
}

/** An error as clients of Step Functions know it. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError' as const;
  readonly type: ServiceErrorType;
  readonly status: number;
  readonly members: ServiceErrorMembers;

  /** @param status @default that of the type: 400 for almost all */
  constructor(
    type: ServiceErrorType,
    message: string,
    { status, ...members }: ServiceErrorMembers & { readonly status?: number } = {},
  ) {
    super(message);
    this.type = type;
    this.status = status ?? statuses[type] ?? 400;
    this.members = members;
  }
}
