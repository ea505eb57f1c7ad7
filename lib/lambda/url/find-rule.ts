import { matchesWildcard } from './match-wildcard.ts';

/**
 * Returns what the first pattern that matches a caller gives it; null when none does.
 * @param rules what callers get, by patterns of their ARNs
 * @param caller the ARN that IAM has authenticated; null without one
 */
export function findRule<Given>(
  rules: Readonly<Record<string, Given>>,
  caller: string | null,
): Given | null {
  const names = caller === null ? [''] : [caller, ...roleArnOf(caller)];
  for (const [pattern, given] of Object.entries(rules)) {
    if (names.some((name) => matchesWildcard(pattern, name))) return given;
  }
  return null;
}

/** Returns the ARN of the role of a session, as IAM has it but without a path. */
function roleArnOf(caller: string): string[] {
  const session = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(caller);
  if (session === null) return [];
  const [, partition, account, role] = session;
  return [`arn:${partition}:iam::${account}:role/${role}`];
}
