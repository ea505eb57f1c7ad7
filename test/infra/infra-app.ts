/** What the infrastructure's tests synthesise: the app that a clone deploys. */

import type { AppDescription } from '../../lib/config/app-description.ts';
import { describeApp } from '../../lib/config/describe-app.ts';

/** Longest time for bundling and synthesis on a busy machine, in milliseconds. */
export const synthesisMs = 240_000;

/** The example's. */
export function exampleApp(): Promise<AppDescription> {
  return describeApp('examples/wildlife-strikes/millrace.config.ts');
}
