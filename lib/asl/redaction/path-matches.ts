/** Follows paths from a document to the values inside it, all paths at once. */
import type { RedactionPath } from './redaction-path.ts';

/** How far each path has come at one value: the paths with the steps that are left. */
export type PathProgress = readonly {
  readonly path: RedactionPath;
  /** Index of the next step. */
  readonly next: number;
}[];

/** Returns the progress at the document itself. */
export function startPaths(paths: readonly RedactionPath[]): PathProgress {
  return paths.map((path) => ({ path, next: 0 }));
}

const none: PathProgress = Object.freeze([]);

/**
 * Returns the progress at the member or element `key` of a value; null when a path ends there: the
 * value is masked.
 */
export function followPaths(progress: PathProgress, key: string): PathProgress | null {
  if (progress.length === 0) return none;
  const after = new Map<RedactionPath, Set<number>>();
  for (const { path, next } of progress) {
    const step = path[next];
    if (step === undefined) continue;
    const reached = after.get(path) ?? new Set();
    after.set(path, reached);
    if (step.isDeep) reached.add(next);
    if (step.key !== null && step.key !== key) continue;
    if (next + 1 === path.length) return null;
    reached.add(next + 1);
  }
  return [...after].flatMap(([path, reached]) => [...reached].map((next) => ({ path, next })));
}
