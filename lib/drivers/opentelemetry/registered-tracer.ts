/** Finds the SDK of OpenTelemetry that a program has registered, without loading OpenTelemetry. */
import type { Tracer } from '../../ports/tracer.ts';

/** Where the API of OpenTelemetry, version 1, keeps what was registered with any copy of it. */
const registryKey = Symbol.for('opentelemetry.js.api.1');

/** Whether a program has registered an SDK that records spans. */
export function isSdkRegistered(): boolean {
  const registry = (globalThis as { readonly [key: symbol]: unknown })[registryKey];
  return typeof registry === 'object' && registry !== null && 'trace' in registry;
}

/** Returns the tracer of the registered SDK; null when there is none, and then loads nothing. */
export async function findRegisteredTracer(version: string): Promise<Tracer | null> {
  if (!isSdkRegistered()) return null;
  const { OpenTelemetryTracer } = await import('./opentelemetry-tracer.ts');
  return new OpenTelemetryTracer(version);
}
