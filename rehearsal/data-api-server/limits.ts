/** Every bound that the service holds callers to, with its unit; README.md has their sources. */

/** What the option `limits` may override, above all to test a bound with little data. */
export interface Limits {
  /** Of a request, headers and JSON included, in bytes. */
  readonly requestBytes: number;
  /** Of the text of a statement, in UTF-16 units. */
  readonly sqlCharacters: number;
  /** Of what the database returns for one statement, in bytes of its wire format. */
  readonly resultBytes: number;
  /** Of one row of a result, likewise. */
  readonly rowBytes: number;
  /** Of `formattedRecords`, in bytes. */
  readonly formattedBytes: number;
  /** How long a call waits for its statement, in milliseconds. */
  readonly statementMs: number;
  /** How long a transaction lives without a call, in milliseconds. */
  readonly transactionIdleMs: number;
  /** How long a transaction lives at all, in milliseconds. */
  readonly transactionMs: number;
}

/** The limits of AWS. */
export const awsLimits: Limits = Object.freeze({
  requestBytes: 4 * 1024 * 1024,
  sqlCharacters: 65_536,
  resultBytes: 1024 * 1024,
  rowBytes: 64 * 1024,
  formattedBytes: 10 * 1024 * 1024,
  statementMs: 45_000,
  transactionIdleMs: 3 * 60_000,
  transactionMs: 24 * 3_600_000,
});
