/** Which packages of the SDK the Tasks of a definition need. */
import { parseIntegrationName } from '../../engine/task/integration-name.ts';
import { findService } from './integrations.ts';
import { toClientPackage } from './service-packages.ts';

/** Integrations that Millrace carries out without a client of the SDK. */
const withoutClient: ReadonlySet<string> = new Set(['activity', 'apigateway', 'http', 'states']);

/** Returns the package of the client that a Task's `Resource` needs; null if it needs none. */
export function findClientPackage(resource: string): string | null {
  if (/^arn:[a-z-]+:lambda:/.test(resource)) return toClientPackage('lambda');
  const named = parseIntegrationName(resource);
  if (named === null || withoutClient.has(named.service)) return null;
  const service = findService(named);
  return service === null ? null : toClientPackage(service);
}
