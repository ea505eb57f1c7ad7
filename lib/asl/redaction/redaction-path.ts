/** Parses the paths of a redaction: `$..password`, `$.card.*`, `$.lines[*].note`, `$['a b'][0]`. */

/** One step of a path, from a value to the values inside it. */
export interface RedactionStep {
  /** The member's key or the element's index; null for any. */
  readonly key: string | null;
  /** Whether the step also leads to values at any depth below (`..`). */
  readonly isDeep: boolean;
}

/** The steps of a path, from the document to the value that is masked. */
export type RedactionPath = readonly RedactionStep[];

const name = String.raw`[\p{L}_$][\p{L}\p{N}_$-]*`;
const bracket = String.raw`\[(?:(?<index>\d{1,9}|\*)|'(?<single>[^'\\]*)'|"(?<double>[^"\\]*)")\]`;
const step = new RegExp(
  String.raw`(?:(?<dots>\.\.?)(?<name>${name}|\*)|(?<deep>\.\.)?${bracket})`,
  'uy',
);

/** Maximum length of a path, in characters. */
const pathCharsMax = 300;

/** Parses a path that starts with `$`; returns null when it is not one. */
export function parseRedactionPath(text: string): RedactionPath | null {
  if (!text.startsWith('$') || text.length > pathCharsMax) return null;
  const steps: RedactionStep[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const groups = step.exec(text)?.groups;
    if (groups === undefined) return null;
    const key = groups.name ?? groups.index ?? groups.single ?? groups.double ?? '';
    const isAny = key === '*' && groups.single === undefined && groups.double === undefined;
    const isDeep = groups.dots === '..' || groups.deep !== undefined;
    steps.push({ key: isAny ? null : key, isDeep });
  }
  return steps.length === 0 ? null : steps;
}
