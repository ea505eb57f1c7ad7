/** The version and the changelog of a release. */
import { describe, expect, it } from 'vitest';
import { nextVersion, releaseChangelog } from '../../bin/release/release-texts.ts';

describe('nextVersion', () => {
  it.each([
    ['patch', '1.2.4'],
    ['minor', '1.3.0'],
    ['major', '2.0.0'],
    ['1.10.0', '1.10.0'],
  ])('the release %s after 1.2.3 is %s', (wanted, version) => {
    expect(nextVersion('1.2.3', wanted)).toBe(version);
  });

  it.each(['1.2.3', '1.2.2', '0.9.9', '1.3', 'next', ''])(
    "a release '%s' after 1.2.3 is refused",
    (wanted) => {
      expect(() => nextVersion('1.2.3', wanted)).toThrow(/^the version must be/);
    },
  );
});

describe('releaseChangelog', () => {
  const before = '# Changelog\n\n## [Unreleased]\n\nNot yet.\n\n### Added\n\n- A thing.\n';

  it('the changes that are unreleased become the section of the release', () => {
    const { text, notes } = releaseChangelog(before, '0.2.0', '2026-11-30');

    expect(notes).toBe('### Added\n\n- A thing.');
    expect(text).toBe(
      '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-30\n\n### Added\n\n- A thing.\n',
    );
  });

  it('the sections of earlier releases stay below a new one', () => {
    const first = releaseChangelog(before, '0.2.0', '2026-11-30').text;
    const changed = first.replace('[Unreleased]\n', '[Unreleased]\n\n### Fixed\n\n- A fault.\n');

    expect(releaseChangelog(changed, '0.2.1', '2026-12-01').text).toBe(
      '# Changelog\n\n## [Unreleased]\n\n## [0.2.1] - 2026-12-01\n\n### Fixed\n\n- A fault.\n\n' +
        '## [0.2.0] - 2026-11-30\n\n### Added\n\n- A thing.\n',
    );
  });

  it('a release without changes is refused', () => {
    const { text } = releaseChangelog(before, '0.2.0', '2026-11-30');

    expect(() => releaseChangelog(text, '0.2.1', '2026-12-01')).toThrow(/must have changes/);
  });
});
