/** Invocations of functions: requests, outcomes, and the messages between Lambda and a process. */

/** The request of an invocation. */
export interface InvocationRequest {
  /** The event, as JSON. */
  readonly payload: string;
  readonly requestId: string;
}

/** How an invocation ended. */
export type InvocationOutcome =
  /** The handler returned; `payload` is JSON. */
  | { readonly kind: 'answered'; readonly payload: string }
  /** The handler threw, the process exited, or it timed out: a function error. */
  | { readonly kind: 'failed'; readonly error: FunctionError }
  /** No process was free and no more were allowed: TooManyRequestsException. */
  | { readonly kind: 'throttled' };

/** The error of a function, as callers of Lambda receive it. */
export interface FunctionError {
  /** `Error`, `Sandbox.Timedout`, `Runtime.ExitError` … */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** Maximum sizes of payloads, in bytes. */
export const payloadBytesMax = Object.freeze({
  /** Of a synchronous invocation, and of its response. */
  synchronous: 6_291_556,
  /** Of an asynchronous invocation. */
  asynchronous: 1_048_576,
});

/** The message from Lambda to the process. */
export interface InvokeMessage extends InvocationRequest {
  readonly kind: 'invoke';
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** The messages from the process to Lambda. */
export type ProcessReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: FunctionError }
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

/** The handler of a process, and the content of its context: JSON on its command line. */
export interface BootstrapSpec {
  /** The path of the file, without an extension. */
  readonly module: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly functionVersion: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** Where the layer of OpenTelemetry sends spans; null without the layer. */
  readonly tracesUrl: string | null;
  /** Whether console messages are written as lines of JSON. */
  readonly jsonLogs: boolean;
}
