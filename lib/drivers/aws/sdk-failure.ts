/**
 * What a client of AWS's SDK threw, in the words of Step Functions. Its optimized integrations
 * speak as the SDK for Java did in its first version, `aws-sdk:…` as it does in its second; both
 * are told apart by {@link Dialect}. Pure.
 */
import { messageOf } from '../../errors.ts';
import { TaskFailure } from '../../ports/task-failure.ts';
import { exceptionName, servicePrefix } from './java-names.ts';

/** How the errors of an integration are called. */
export interface Dialect {
  /** What stands before the dot: `Lambda`, `S3` … */
  readonly prefix: string;
  /** The error of what the service's model does not name. */
  readonly unmodelled: string;
  /** The end of a cause. */
  readonly details: (fault: ServiceFault) => string;
}

/** What a service answered. */
export interface ServiceFault {
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
  /** S3 alone has one. */
  readonly extendedRequestId: string | undefined;
  readonly attempts: number;
}

/** Of an optimized integration; `service` and `unmodelled` are names of the SDK's first version. */
export function optimizedDialect(prefix: string, service: string, unmodelled: string): Dialect {
  return {
    prefix,
    unmodelled,
    details: ({ code, status, requestId }) =>
      `(Service: ${service}; Status Code: ${status}; Error Code: ${code}; ` +
      `Request ID: ${requestId}; Proxy: null)`,
  };
}

/** Of `aws-sdk:…`, for the service with this id. */
export function sdkDialect(serviceId: string): Dialect {
  const prefix = servicePrefix(serviceId);
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
 * The failure that `thrown` is. An error that is of the client's base class itself is one that the
 * service's model does not name; one without a status never came from the service.
 */
export function failureOf(thrown: unknown, dialect: Dialect, baseClass: unknown): TaskFailure {
  if (thrown instanceof TaskFailure) return thrown;
  const fault = faultOf(thrown);
  if (fault === null) {
    return new TaskFailure(`${dialect.prefix}.SdkClientException`, messageOf(thrown));
  }
  const isModelled = thrown instanceof Error && thrown.constructor !== baseClass;
  const name = isModelled ? exceptionName(fault.code) : dialect.unmodelled;
  const cause = `${messageOf(thrown)} ${dialect.details(fault)}`;
  return new TaskFailure(`${dialect.prefix}.${name}`, cause);
}

function faultOf(thrown: unknown): ServiceFault | null {
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
