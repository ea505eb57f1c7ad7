import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { plainText } from '../../asl/plain-text.ts';
import type { ExecutionLogEvent } from '../../engine/execution-log-event.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type { ExecutionLog } from '../../ports/execution-log.ts';
import type { Logger } from '../../ports/logger.ts';

/** Maximum number of bytes that wait for a slow stream; further events are dropped. */
const waitingBytesMax = 64 * 1_024 * 1_024;

/** Opens the log file `path`; null is standard error. Throws INVALID_CONFIGURATION. */
export async function openExecutionLog(path: string | null, logger: Logger): Promise<ExecutionLog> {
  if (path === null) return new StreamExecutionLog(process.stderr, logger);
  try {
    const file = await open(path, 'a');
    return new StreamExecutionLog(file.createWriteStream(), logger);
  } catch (error) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `the execution log ${path} could not be opened: ${messageOf(error)}; ` +
        'executionLog must be a file in a folder that exists',
      { fields: { path }, cause: error },
    );
  }
}

/**
 * Writes the execution log as JSON lines to a stream: standard error, or a file that is appended
 * to. Events that the stream does not take are dropped with a warning; executions continue.
 */
export class StreamExecutionLog implements ExecutionLog {
  readonly #stream: Writable;
  readonly #logger: Logger;

  constructor(stream: Writable, logger: Logger) {
    this.#stream = stream;
    this.#logger = logger;
    // Without a listener, the event would end the process; each write reports its own failure.
    if (stream !== process.stderr) stream.on('error', () => {});
  }

  write(events: readonly ExecutionLogEvent[]): void {
    if (this.#stream.writableLength > waitingBytesMax) {
      this.#warnDropped(events, 'too many bytes are waiting to be written');
      return;
    }
    const lines = events.map((event) => `${plainText(JSON.stringify(event))}\n`).join('');
    this.#stream.write(lines, (error) => {
      if (error) this.#warnDropped(events, messageOf(error));
    });
  }

  async close(): Promise<void> {
    if (this.#stream === process.stderr) return;
    await new Promise<void>((resolve) => {
      this.#stream.end(() => resolve());
    });
  }

  #warnDropped(events: readonly ExecutionLogEvent[], reason: string): void {
    this.#logger.warn('execution log events dropped', {
      events: events.length,
      firstOf: events[0]?.execution_arn,
      reason,
    });
  }
}
