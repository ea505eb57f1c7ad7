import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { LogFields, Logger } from '../../ports/logger.ts';

/**
 * Returns a logger that adds the ids of the active span to each line, under the names that
 * OpenTelemetry gives them in logs that are not its own.
 */
export function createTraceLogger(logger: Logger): Logger {
  return {
    debug: (message, fields) => logger.debug(message, withTraceIds(fields)),
    info: (message, fields) => logger.info(message, withTraceIds(fields)),
    warn: (message, fields) => logger.warn(message, withTraceIds(fields)),
    error: (message, fields) => logger.error(message, withTraceIds(fields)),
  };
}

function withTraceIds(fields: LogFields = {}): LogFields {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return fields;
  return { ...fields, trace_id: context.traceId, span_id: context.spanId };
}
