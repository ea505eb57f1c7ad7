/** Converts errors of the SDK's clients to the errors of Step Functions. Pure. */
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';
import { toErrorPrefix, toExceptionName } from './java-names.ts';

/**
 * Names and texts of an integration's errors. Optimized integrations use those of version 1 of the
 * SDK for Java, `aws-sdk:…` those of version 2.
 */
export interface Dialect {
  /** The part before the dot: `Lambda`, `S3` … */
  readonly prefix: string;
  /** Name of errors that the service's model does not define. */
  readonly unmodelled: string;
  /** Formats the end of a cause. */
  readonly details: (fault: ServiceFault) => string;
}

/** Error response of a service. */
export interface ServiceFault {
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
  /** Only S3 has one. */
  readonly extendedRequestId: string | undefined;
  readonly attempts: number;
}

/** Returns the dialect of an optimized integration; all names are those of version 1 of the SDK. */
export function optimizedDialect(prefix: string, service: string, unmodelled: string): Dialect {
  return {
    prefix,
    unmodelled,
    details: ({ code, status, requestId }) =>
      `(Service: ${service}; Status Code: ${status}; Error Code: ${code}; ` +
      `Request ID: ${requestId}; Proxy: null)`,
  };
}

/** Returns the dialect of `aws-sdk:…` for the service with this id. */
export function sdkDialect(serviceId: string): Dialect {
  const prefix = toErrorPrefix(serviceId);
  return {
    prefix,
    unmodelled: `${prefix}Exception`,
    details: ({ status, requestId, extendedRequestId, attempts }) =>
      `(Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId}` +
      `${extendedRequestId === undefined ? '' : `, Extended Request ID: ${extendedRequestId}`}) ` +
      `(SDK Attempt Count: ${attempts})`,
  };
}

/**
 * Converts an error of a client. An instance of the client's base class itself is an error that the
 * service's model does not define; an error without a status did not come from the service.
 */
export function toTaskFailure(thrown: unknown, dialect: Dialect, baseClass: unknown): TaskFailure {
  if (thrown instanceof TaskFailure) return thrown;
  const fault = parseFault(thrown);
  if (fault === null) {
    return new TaskFailure(`${dialect.prefix}.SdkClientException`, messageOf(thrown));
  }
  const isModelled = thrown instanceof Error && thrown.constructor !== baseClass;
  const name = isModelled ? toExceptionName(fault.code) : dialect.unmodelled;
  const cause = `${messageOf(thrown)} ${dialect.details(fault)}`;
  return new TaskFailure(`${dialect.prefix}.${name}`, cause);
}

function parseFault(thrown: unknown): ServiceFault | null {
  if (!(thrown instanceof Error) || !('$metadata' in thrown)) return null;
  const metadata = thrown.$metadata as {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
    readonly attempts?: number;
  };
  if (metadata.httpStatusCode === undefined) return null;
  return {
    code: thrown.name,
    status: metadata.httpStatusCode,
    requestId: metadata.requestId ?? '',
    extendedRequestId: metadata.extendedRequestId,
    attempts: metadata.attempts ?? 1,
  };
}
