import { MillraceError } from '../../errors.ts';

/** Maximum size of all names and values together, in bytes. */
const environmentBytesMax = 4_096;

/** Estimated size of a resolved reference, an ARN or a URL, in bytes. */
const referenceBytes = 120;

/** Matches an unresolved reference in a text. */
const reference = /\$\{Token\[[^\]]+\]\}/g;

/**
 * Throws INVALID_CONFIGURATION when the environment of a function exceeds Lambda's limit, which a
 * deploy would only report halfway.
 * @param path of the function's construct
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
      `${bytes.toLocaleString('en')} bytes: use fewer queues, or shorter names of queues`,
    { fields: { path, bytes } },
  );
}

function bytesOf(value: string): number {
  return Buffer.byteLength(value.replaceAll(reference, 'x'.repeat(referenceBytes)));
}
