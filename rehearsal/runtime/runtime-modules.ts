import { createRequire } from 'node:module';
import { sep } from 'node:path';

/**
 * Finds the folder of packages that stands in for that of Lambda's runtime, which has the SDK of
 * AWS: the CDK's own functions load it from there, wherever their assets are.
 */
export function findRuntimeModules(): string {
  const path = createRequire(import.meta.url).resolve('@aws-sdk/client-s3');
  const folder = `${sep}node_modules`;
  return path.slice(0, path.lastIndexOf(folder + sep) + folder.length);
}
