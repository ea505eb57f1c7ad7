import type { Finding, Verdict } from '../../operations/diagnosis/finding.ts';

const marks: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', broken: '✗' };

/** Width of the names of checks, in columns. */
const nameWidth = 24;

/** Returns a finding as lines for people: what was found, and how to fix it. */
export function findingText({ check, verdict, found, fix: remedy }: Finding): string {
  const indent = ' '.repeat(nameWidth + 3);
  const lines = [...found.split('\n'), ...(remedy === null ? [] : [`→ ${remedy}`])];
  return `${marks[verdict]} ${check.padEnd(nameWidth)} ${lines.join(`\n${indent}`)}\n`;
}
