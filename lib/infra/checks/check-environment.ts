/** Holds a function's environment to what Lambda accepts, before a deploy would be told. */
import { MillraceError } from '../../errors.ts';

/** The most that names and values may have together, in bytes. */
const environmentBytesMax = 4_096;

/** What a reference may become when it is resolved: an ARN or a URL. */
const referenceBytes = 120;

/** How an unresolved reference looks in a text. */
const reference = /\$\{Token\[[^\]]+\]\}/g;

/**
 * Throws INVALID_CONFIGURATION when the environment would be too large.
 * @param path the function's construct
 */
export function checkEnvironment(
  path: string,
  environment: Readonly<Record<string, string>>,
): void {
  const bytes = Object.entries(environment).reduce(
    (sum, [name, value]) => sum + name.length + bytesOf(value),
    0,
  );
  if (bytes <= environmentBytesMax) return;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `${path}: the environment of a function may have 4 KB and would have about ` +
      `${bytes.toLocaleString('en')} bytes: have fewer queues, or shorter names of queues`,
    { fields: { path, bytes } },
  );
}

function bytesOf(value: string): number {
  return Buffer.byteLength(value.replaceAll(reference, 'x'.repeat(referenceBytes)));
}
