/**
 * Logs of a function as one JSON object a line, as AWS's own tools read them: with the service, the
 * id of the request and whether it was the first of its environment. What is logged beside the
 * message comes from the port: ids and numbers, never payloads.
 */
import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { LogFields, Logger } from '../../ports/logger.ts';

/** What Lambda says of an invocation. */
export type InvocationContext = Parameters<Powertools['addContext']>[0];

/** How much is logged, the most talkative first. */
export type PowertoolsLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** See this file's head. */
export class PowertoolsLogger implements Logger {
  readonly #logger: Powertools;

  /** The service's name is the environment's POWERTOOLS_SERVICE_NAME. */
  constructor(level: PowertoolsLevel) {
    const logLevel = level.toUpperCase() as Uppercase<PowertoolsLevel>;
    this.#logger = new Powertools({ logLevel });
  }

  /** From now on lines are about this invocation. */
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
