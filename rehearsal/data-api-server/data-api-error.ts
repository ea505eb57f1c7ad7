/** The HTTP status of every error by its code. */
const errorStatus = {
  AccessDeniedException: 403,
  BadRequestException: 400,
  DatabaseErrorException: 400,
  DatabaseResumingException: 400,
  DatabaseUnavailableException: 504,
  HttpEndpointNotEnabledException: 400,
  IncompleteSignatureException: 403,
  InternalFailure: 500,
  InternalServerErrorException: 500,
  MissingAuthenticationTokenException: 403,
  RequestEntityTooLargeException: 413,
  SecretsErrorException: 400,
  SerializationException: 400,
  ServiceUnavailableError: 503,
  StatementTimeoutException: 400,
  ThrottlingException: 400,
  TransactionNotFoundException: 404,
  UnknownOperationException: 404,
  UnsupportedResultException: 400,
  ValidationException: 400,
} as const;

/** The code of an error, which clients match on. */
export type ServiceErrorCode = keyof typeof errorStatus;

/** An error that is sent to the caller. Any other error is a bug of this server. */
export class DataApiError extends Error {
  override readonly name = 'DataApiError';
  readonly code: ServiceErrorCode;
  /** Members of the error's body besides `message`. */
  readonly fields: Readonly<Record<string, number>>;

  constructor(code: ServiceErrorCode, message = '', fields: Readonly<Record<string, number>> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}
