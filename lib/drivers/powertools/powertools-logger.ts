import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import { plainText } from '../../asl/plain-text.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';

/** The context of a Lambda invocation. */
export type InvocationContext = Parameters<Powertools['addContext']>[0];

/** JSON escapes the controls of ASCII; the others, and what reorders text, are replaced here. */
function jsonReplacerFn(_: string, value: unknown): unknown {
  return typeof value === 'string' ? plainBeyondAscii(value) : value;
}

function plainBeyondAscii(text: string): string {
  return text.replaceAll(/[~-\uffff]+/g, plainText);
}

/** The lowest level that is logged, the most verbose first. */
export type PowertoolsLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * Logs one JSON object per line in the format of AWS's tools: with the service, the id of the
 * request and whether it was the first of its environment. The fields come from the port: ids and
 * numbers, never payloads.
 */
export class PowertoolsLogger implements Logger {
  readonly #logger: Powertools;

  /** The service's name comes from the environment variable POWERTOOLS_SERVICE_NAME. */
  constructor(level: PowertoolsLevel) {
    const logLevel = level.toUpperCase() as Uppercase<PowertoolsLevel>;
    this.#logger = new Powertools({ logLevel, jsonReplacerFn });
  }

  /** Adds this invocation to all lines from now on. */
  begin(context: InvocationContext): void {
    this.#logger.addContext(context);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#logger.debug(message, { ...fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(message, { ...fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#logger.warn(message, { ...fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.#logger.error(message, { ...fields });
  }
}
