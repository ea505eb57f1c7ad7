/**
 * The page's one Trusted Types policy. It turns no text into HTML or code; it only lets the page
 * start its own workers, whose addresses the build has written.
 */

interface WorkerPolicy {
  readonly createScriptURL: (url: string) => unknown;
}

/** Browsers without Trusted Types take the address as it is. */
const plain: WorkerPolicy = { createScriptURL: (url) => url };

let policy: WorkerPolicy | undefined;

/** Returns the address of a worker of this build in the form that `new Worker` takes. */
export function trustedWorkerUrl(url: URL): string {
  if (url.origin !== location.origin) {
    throw new TypeError(`expected a worker of ${location.origin}; found ${url.origin}`);
  }
  const factory = window.trustedTypes;
  policy ??= factory?.createPolicy('millrace', { createScriptURL: (text) => text }) ?? plain;
  // The types of browsers still say that a worker's address is a string.
  return policy.createScriptURL(url.href) as string;
}
