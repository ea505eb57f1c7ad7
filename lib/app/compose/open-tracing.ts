/** Opens the tracing of a process: an SDK that its program has registered, or one of its own. */

import type { SettingOverrides } from '../../config/setting-sources.ts';
import { tracesUrl } from '../../config/trace-settings.ts';
import { version } from '../../config/version.ts';
import { findRegisteredTracer } from '../../drivers/opentelemetry/registered-tracer.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';

/** The tracing of a process. */
export interface Tracing {
  readonly tracer: Tracer;
  /** The logger to use: its lines have the ids of the active span. */
  readonly logger: Logger;
  /** Sends what is recorded and not sent yet, and ends an SDK of its own. Never throws. */
  readonly close: () => Promise<void>;
}

/** Which SDKs may be used: also one that is started here, or only one that is registered. */
export type TracingChoice = 'any' | 'registered' | 'none';

/**
 * Opens the tracing. Without an SDK and without an endpoint nothing is loaded, and nothing is
 * recorded.
 * @throws INVALID_CONFIGURATION when an endpoint is set and the packages are missing
 */
export async function openTracing(
  env: SettingOverrides,
  logger: Logger,
  choice: TracingChoice,
): Promise<Tracing> {
  const off: Tracing = { tracer: noTracer, logger, close: async () => {} };
  if (choice === 'none' || env.tracesDisabled === true) return off;
  const registered = await findRegisteredTracer(version);
  if (registered !== null) return await withLogger(registered, logger, off.close);
  const url = tracesUrl(env);
  if (url === null || choice === 'registered') return off;
  const { startTraceSdk } = await import('../../drivers/opentelemetry/start-trace-sdk.ts');
  const sdk = await startTraceSdk({ url, serviceName: 'millrace', version });
  const tracer = (await findRegisteredTracer(version)) ?? noTracer;
  const close = () =>
    sdk.close().catch((error: unknown) => {
      logger.warn('spans not sent: the last ones are lost', { url, error: messageOf(error) });
    });
  return await withLogger(tracer, logger, close);
}

async function withLogger(
  tracer: Tracer,
  logger: Logger,
  close: () => Promise<void>,
): Promise<Tracing> {
  const { createTraceLogger } = await import('../../drivers/opentelemetry/trace-logger.ts');
  return { tracer, logger: createTraceLogger(logger), close };
}
