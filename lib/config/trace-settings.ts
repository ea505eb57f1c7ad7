/** Where traces are sent, by the variables of OpenTelemetry. */
import type { SettingOverrides } from './setting-sources.ts';

/** The path of traces below the endpoint of an OTLP receiver. */
const tracesPath = '/v1/traces';

/**
 * Returns where spans are sent, by the rules of OpenTelemetry: the endpoint of traces as it is, or
 * the common endpoint with the path of traces; null when neither is set.
 */
export function tracesUrl({
  otlpTracesEndpoint,
  otlpEndpoint,
}: Pick<SettingOverrides, 'otlpTracesEndpoint' | 'otlpEndpoint'>): string | null {
  if (otlpTracesEndpoint !== undefined) return otlpTracesEndpoint;
  if (otlpEndpoint === undefined) return null;
  return `${otlpEndpoint.replace(/\/+$/, '')}${tracesPath}`;
}
