/** Reads and writes the environment; no other file does. */
import { MillraceError } from '../errors.ts';
import { Unreadable } from './setting-parsers.ts';
import { type SettingOverrides, settingSources } from './setting-sources.ts';

/**
 * Returns the setting overrides in `environment`; an empty variable counts as unset. Throws
 * INVALID_CONFIGURATION with the name of the variable.
 * @param environment @default the environment of the process
 */
export function readEnv(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SettingOverrides {
  const found = Object.entries(settingSources).flatMap(([name, source]) => {
    const text = 'env' in source ? environment[source.env] : undefined;
    if (text === undefined || text === '' || !('env' in source)) return [];
    const value = source.parse(text);
    if (value instanceof Unreadable) throw unreadableVariable(source.env, value.expected, text);
    return [[name, value]];
  });
  return Object.fromEntries(found);
}

/** Sets variables of the environment of the process, for the code of an app that reads them. */
export function writeEnv(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}

/** The text itself is not shown: it may be a secret that was put into the wrong variable. */
function unreadableVariable(name: string, expected: string, found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `the environment variable ${name} must be ${expected}; found a text of ${found.length} characters: change or unset it`,
    { fields: { variable: name } },
  );
}
