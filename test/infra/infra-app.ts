/** The app that the tests of the infrastructure synthesise. */

import type { AppDescription } from '../../lib/config/app-description.ts';
import { describeApp } from '../../lib/config/loading/describe-app.ts';

/** Longest time for bundling and synthesis on a busy machine, in milliseconds. */
export const synthesisMs = 240_000;

/** Describes the example, which a clone of the repository deploys. */
export function exampleApp(): Promise<AppDescription> {
  return describeApp('examples/wildlife-strikes/millrace.config.ts');
}
