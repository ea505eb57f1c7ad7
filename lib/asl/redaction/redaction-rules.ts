import { parseRedactionPath, type RedactionPath } from './redaction-path.ts';

/** What is masked in a document: values by key, at any depth, and values by path. */
export interface RedactionRules {
  /** Null when no key is masked. */
  readonly keys: RegExp | null;
  readonly paths: readonly RedactionPath[];
}

/** The keys whose values are masked at any depth, unless an app turns redaction off. */
const secretKeys = /password|secret|token|authorization|api[-_]?key|cvv/i;

/**
 * Creates the rules of an app: its own paths in addition to the keys of secrets; false for none at
 * all. The paths have been checked.
 */
export function createRedactionRules(paths: readonly string[] | false = []): RedactionRules {
  if (paths === false) return { keys: null, paths: [] };
  return { keys: secretKeys, paths: paths.flatMap((path) => [parseRedactionPath(path) ?? []]) };
}

/** Whether the rules mask anything. */
export function hasRules({ keys, paths }: RedactionRules): boolean {
  return keys !== null || paths.length > 0;
}
