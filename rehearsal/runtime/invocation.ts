/** How an invocation of a function is asked for and how it ends, in Lambda's own words. */

/** What Lambda adds to the event of an invocation. */
export interface InvocationRequest {
  /** The event, as JSON. */
  readonly payload: string;
  readonly requestId: string;
}

/** How an invocation ended. */
export type InvocationOutcome =
  /** The handler answered; `payload` is JSON. */
  | { readonly kind: 'answered'; readonly payload: string }
  /** The handler threw, the process ended, or its time did: a function error. */
  | { readonly kind: 'failed'; readonly error: FunctionError }
  /** No environment was free and no more were allowed: TooManyRequestsException. */
  | { readonly kind: 'throttled' };

/** A function's error, as Lambda's callers see it. */
export interface FunctionError {
  /** `Error`, `Sandbox.Timedout`, `Runtime.ExitError` … */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The largest payloads that Lambda takes, in bytes. */
export const payloadBytesMax = Object.freeze({
  /** Of a synchronous invocation, and of its answer. */
  synchronous: 6_291_556,
  /** Of an event that is kept until the function has time. */
  asynchronous: 1_048_576,
});

/** What goes from Lambda to the process. */
export interface InvokeOrder extends InvocationRequest {
  readonly kind: 'invoke';
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** What comes back from the process. */
export type ProcessReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: FunctionError }
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

/** Where the process finds its handler, and what its context tells; as JSON on its command line. */
export interface BootstrapOrder {
  /** The file's path, without an extension. */
  readonly module: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** Whether what goes to the console becomes lines of JSON. */
  readonly jsonLogs: boolean;
}
