/** The texts of a release: its version, and its section in the changelog. */
import { MillraceError } from '../../lib/errors.ts';

const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;

/**
 * Returns the version after `current`: the next `major`, `minor` or `patch`, or the one that is
 * named. Throws INVALID_ARGUMENT when it is not one, or not later.
 */
export function nextVersion(current: string, wanted: string): string {
  const [major = 0, minor = 0, patch = 0] = readVersion(current);
  switch (wanted) {
    case 'major':
      return `${major + 1}.0.0`;
    case 'minor':
      return `${major}.${minor + 1}.0`;
    case 'patch':
      return `${major}.${minor}.${patch + 1}`;
    default:
      return requireLater(current, wanted);
  }
}

function requireLater(current: string, wanted: string): string {
  const [before, after] = [readVersion(current), readVersion(wanted)];
  const place = after.findIndex((part, index) => part !== before[index]);
  const isLater = place !== -1 && (after[place] ?? 0) > (before[place] ?? 0);
  if (isLater) return wanted;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the version must be later than ${current}; found ${wanted}`,
  );
}

function readVersion(text: string): number[] {
  const parts = versionPattern.exec(text)?.slice(1).map(Number);
  if (parts !== undefined) return parts;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the version must be major, minor, patch or three numbers like 1.2.3; found '${text}'`,
  );
}

/** A changelog with a section for a release. */
export interface ReleasedChangelog {
  readonly text: string;
  /** The changes of the release, without their heading. */
  readonly notes: string;
}

const unreleased = '## [Unreleased]\n';

/**
 * Moves what is unreleased into a section of the version. A paragraph above the lists is about the
 * state before a release, and is removed. Throws INVALID_ARGUMENT when there are no changes.
 *
 * @param date of the release, `2026-11-30`
 */
export function releaseChangelog(
  changelog: string,
  version: string,
  date: string,
): ReleasedChangelog {
  const start = changelog.indexOf(unreleased);
  const below = start === -1 ? '' : changelog.slice(start + unreleased.length);
  const end = below.search(/^## /m);
  const section = end === -1 ? below : below.slice(0, end);
  const first = section.search(/^### /m);
  if (first === -1) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      "CHANGELOG.md must have changes, as lists under '### …', below '## [Unreleased]'; found none",
    );
  }
  const notes = section.slice(first).trim();
  const rest = end === -1 ? '' : `\n${below.slice(end)}`;
  const text = `${changelog.slice(0, start)}${unreleased}\n## [${version}] - ${date}\n\n${notes}\n${rest}`;
  return { text, notes };
}
