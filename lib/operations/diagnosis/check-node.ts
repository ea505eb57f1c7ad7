import { brokenFinding, type Finding, okFinding, warningFinding } from './finding.ts';

/** The first version of Node that runs TypeScript without a build. */
const nodeNeeded = Object.freeze({ major: 22, minor: 18 });

/** The major version of Node that the tests run on. */
const nodeTested = 24;

/** Checks a version of Node, as in `process.versions.node`. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const runs =
    major > nodeNeeded.major || (major === nodeNeeded.major && minor >= nodeNeeded.minor);
  if (!runs) {
    const needed = `${nodeNeeded.major}.${nodeNeeded.minor}`;
    return brokenFinding(
      'node',
      `Node ${version}; ${needed} or later is needed`,
      'install a newer Node',
    );
  }
  if (major >= nodeTested) return okFinding('node', `Node ${version}`);
  return warningFinding('node', `Node ${version}; the tests run on Node ${nodeTested}`);
}
