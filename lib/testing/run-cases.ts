/** Runs the cases of test files, one after the other. */
import type { MillraceConfig } from '../config/config.ts';
import { messageOf } from '../errors.ts';
import type { FileCase } from './case-file.ts';
import { describeMismatch, findMismatches } from './expectation.ts';
import { testMachine } from './test-machine.ts';

/** What became of a case. */
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly machine: string;
  readonly passed: boolean;
  /** Why it failed, one sentence each. */
  readonly problems: readonly string[];
  /** The states that it entered; empty when it could not be run. */
  readonly path: readonly string[];
  /** How long the execution took in the time of the test. */
  readonly seconds: number;
}

/** The app whose machines are tested, for cases that name no definition. */
export interface CaseApp {
  readonly config: MillraceConfig;
  readonly folder: string;
}

/** Runs one case. Never throws: what keeps it from running is its problem. */
export async function runCase(
  { file, name, machine, definition, input, realHandlers, options, expect }: FileCase,
  { config, folder }: CaseApp,
): Promise<CaseResult> {
  const about = { file, name, machine };
  try {
    const tested = await testMachine({
      config,
      folder,
      realHandlers,
      ...(machine !== '' && { machine }),
      ...(definition !== null && !Object.hasOwn(config.machines, machine) && { definition }),
    });
    const run = await tested.run(input, options);
    const problems = findMismatches(run, expect).map(describeMismatch);
    const { path, seconds, error, cause } = run;
    const passed = problems.length === 0;
    if (!passed && error !== null) problems.push(`it failed with ${error}: ${cause ?? ''}`);
    return { ...about, machine: tested.id, passed, problems, path, seconds };
  } catch (error) {
    return { ...about, passed: false, problems: [messageOf(error)], path: [], seconds: 0 };
  }
}
