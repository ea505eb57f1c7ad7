/** A refused or failed request, from the problem document that the API answers with. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem' as const;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** A code of the API, or `UNREACHABLE`, or `HTTP_502` for an answer of something in between. */
  readonly code: string;
  readonly retryable: boolean;
  readonly requestId: string | null;
  /** The other fields of the document, such as `diagnostics`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    details: {
      readonly status: number;
      readonly code: string;
      readonly retryable?: boolean;
      readonly requestId?: string | null;
      readonly fields?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.retryable = details.retryable ?? false;
    this.requestId = details.requestId ?? null;
    this.fields = details.fields ?? {};
  }
}

/** Returns the problem of a response that is not a success. */
export function problemOfResponse(
  status: number,
  requestId: string | null,
  text: string,
): ApiProblem {
  const document = parseDocument(text);
  if (typeof document?.code === 'string' && typeof document.detail === 'string') {
    return new ApiProblem(document.detail, {
      status,
      code: document.code,
      retryable: document.retryable === true,
      requestId: typeof document.requestId === 'string' ? document.requestId : requestId,
      fields: document,
    });
  }
  return new ApiProblem(`expected an answer of Millrace; found HTTP status ${status}`, {
    status,
    code: `HTTP_${status}`,
    retryable: status >= 500,
    requestId,
  });
}

/** Returns the problem of a request without an answer. */
export function unreachable(cause: unknown): ApiProblem {
  return new ApiProblem('the server does not answer: check that its process runs', {
    status: 0,
    code: 'UNREACHABLE',
    retryable: true,
    cause,
  });
}

/** Whether an error is the refusal of a caller who has not logged in, or no longer. */
export function needsLogin(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

function parseDocument(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null
      ? (document as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    // A proxy's error page: the status is all that is known.
    return null;
  }
}
