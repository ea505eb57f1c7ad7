/**
 * The limits that the service enforces; README.md has their sources. The option `limits` overrides
 * them, to test a limit with little data.
 */
export interface DataApiLimits {
  /** Maximum size of a request, headers and JSON included, in bytes. */
  readonly requestBytes: number;
  /** Maximum length of a statement, in UTF-16 units. */
  readonly sqlCharacters: number;
  /** Maximum size of a statement's result, in bytes of PostgreSQL's wire format. */
  readonly resultBytes: number;
  /** Maximum size of a row of a result, in bytes of PostgreSQL's wire format. */
  readonly rowBytes: number;
  /** Maximum size of `formattedRecords`, in bytes. */
  readonly formattedBytes: number;
  /** Timeout of a call, in milliseconds. */
  readonly statementMs: number;
  /** Timeout of a transaction without a call, in milliseconds. */
  readonly transactionIdleMs: number;
  /** Maximum duration of a transaction, in milliseconds. */
  readonly transactionMs: number;
}

/** AWS's limits. */
export const awsLimits: DataApiLimits = Object.freeze({
  requestBytes: 4 * 1024 * 1024,
  sqlCharacters: 65_536,
  resultBytes: 1024 * 1024,
  rowBytes: 64 * 1024,
  formattedBytes: 10 * 1024 * 1024,
  statementMs: 45_000,
  transactionIdleMs: 3 * 60_000,
  transactionMs: 24 * 3_600_000,
});
