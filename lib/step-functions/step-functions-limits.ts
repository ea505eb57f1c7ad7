/**
 * Bounds of Step Functions' API, each with its source: the service model of API version 2016-11-23,
 * AWS's quotas, or this endpoint's own choice.
 */

/** Maximum lengths of texts, in characters. Service model. */
export const apiLengths = Object.freeze({
  name: 80,
  arn: 256,
  /** ARNs of versions and of map runs. */
  longArn: 2_000,
  definition: 1_048_576,
  /** Inputs, outputs, contexts and variables. */
  document: 262_144,
  description: 256,
  taskToken: 2_048,
  error: 256,
  cause: 32_768,
  traceHeader: 256,
  clientToken: 64,
  tagKey: 128,
  tagValue: 256,
  kmsKeyId: 2_048,
  pageToken: 1_024,
  /** A page token of ListExecutions. */
  executionPageToken: 3_096,
});

/** Maximum numbers of results on a page, and the usual one. Service model. */
export const pageSizes = Object.freeze({ max: 1_000, usual: 100, diagnosticsMax: 100 });

/** Bounds of the protocol. */
export const protocolLimits = Object.freeze({
  /** Maximum size of a request's body, in bytes: a definition of 1 MiB, escaped as JSON. */
  bodyBytesMax: 2 * 1_024 * 1_024,
  /** Maximum difference between a signature's time and the clock, in milliseconds. AWS's. */
  skewMsMax: 5 * 60_000,
  /** How long a page token is valid, in milliseconds. AWS's. */
  pageTokenMs: 24 * 3_600_000,
  /** Time after which a poll for work is answered without work, in milliseconds. AWS's. */
  longPollMs: 60_000,
  /** Maximum number of polls for work at the same time. AWS's quota. */
  longPollsMax: 1_000,
  /** Maximum duration of StartSyncExecution, in milliseconds. AWS's. */
  syncExecutionMs: 5 * 60_000,
  /** Maximum duration of TestState, in milliseconds. AWS's. */
  testStateMs: 5 * 60_000,
  /** Maximum number of requests that are carried out at the same time, polls aside. Ours. */
  requestsMax: 1_000,
});

/** The port of Step Functions Local, which its users' scripts name. */
export const stepFunctionsPort = 8_083;
