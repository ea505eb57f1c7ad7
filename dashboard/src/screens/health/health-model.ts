/** The findings of the doctor as they are shown. Pure. */

const ranks: Readonly<Record<string, number>> = {
  critical: 0,
  error: 0,
  problem: 0,
  warning: 1,
  info: 2,
  ok: 3,
};

/** Returns the status word of a severity. */
export function findingStatus(severity: string): string {
  const word = severity.toLowerCase();
  return word === 'problem' ? 'error' : word;
}

/** Returns the findings, the worst first. */
export function sortFindings<Finding extends { readonly severity: string }>(
  findings: readonly Finding[],
): readonly Finding[] {
  const rank = ({ severity }: Finding) => ranks[severity.toLowerCase()] ?? 1;
  return [...findings].sort((a, b) => rank(a) - rank(b));
}
