import { context, propagation, trace } from '@opentelemetry/api';
import { notInstalled } from '../shared/missing-package.ts';

/** Options of {@link startTraceSdk}. */
export interface TraceSdkOptions {
  /** Where spans are sent: the whole URL of an OTLP receiver over HTTP. */
  readonly url: string;
  /** The name of this service, unless OTEL_SERVICE_NAME is set. */
  readonly serviceName: string;
  /** The version of Millrace. */
  readonly version: string;
}

/**
 * How many spans wait until they are sent, beyond which they are dropped, and how many are sent at
 * once. A busy worker ends thousands of spans in a second; the defaults are 2,048 and 512.
 */
const buffering = Object.freeze({ maxQueueSize: 32_768, maxExportBatchSize: 2_048 });

/** A running SDK. */
export interface TraceSdk {
  /** Sends what is recorded and not sent yet. */
  flush(): Promise<void>;
  /** Sends what is recorded, and ends the SDK. */
  close(): Promise<void>;
}

/**
 * Registers an SDK of OpenTelemetry that sends spans to an OTLP receiver, for a process that has
 * none of its own. The SDK reads the variables of its specification: headers and timeouts of the
 * exporter, the sampler, the limits of spans.
 * @throws INVALID_CONFIGURATION when its packages are not installed
 */
export async function startTraceSdk(options: TraceSdkOptions): Promise<TraceSdk> {
  const { url, serviceName, version } = options;
  const who = 'sending traces to OTEL_EXPORTER_OTLP_ENDPOINT';
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node').catch(
        notInstalled(who, '@opentelemetry/sdk-trace-node'),
      ),
      import('@opentelemetry/exporter-trace-otlp-http').catch(
        notInstalled(who, '@opentelemetry/exporter-trace-otlp-http'),
      ),
      import('@opentelemetry/resources').catch(notInstalled(who, '@opentelemetry/resources')),
    ]);
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources;
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }), buffering)],
  });
  provider.register();
  return {
    flush: () => provider.forceFlush(),
    close: async () => {
      await provider.shutdown();
      // Another app of this process may register an SDK of its own.
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
