/** What the service answers instead of a result: a code that clients match on, and its status. */

/** The HTTP status of every error that the server answers with. */
const statusOf = {
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

/** The name of an error of the service. */
export type ErrorCode = keyof typeof statusOf;

/** An error that the caller is told of; whatever else is thrown is a bug of this server. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  /** Members of the answer's body beside `message`. */
  readonly fields: Readonly<Record<string, number>>;

  constructor(code: ErrorCode, message = '', fields: Readonly<Record<string, number>> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }

  get status(): number {
    return statusOf[this.code];
  }
}
