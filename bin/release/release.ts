/**
 * Makes a release. `npm run release -- minor` writes the version and the changelog; the commit and
 * its tag are a person's. `npm run release -- --publish --repository URL` then publishes the
 * tarball of that commit. With `--dry-run` each says what it would do, and changes nothing.
 *
 * package.json stays private, so that `npm publish` in a clone is refused: only the copy in the
 * tarball that is published here is not.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { version as currentVersion } from '../../lib/config/version.ts';
import { MillraceError, messageOf } from '../../lib/errors.ts';
import { nextVersion, releaseChangelog } from './release-texts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
    /** The address of the repository, which the registry compares with the provenance. */
    repository: { type: 'string' },
    /** A tarball that `npm pack` has written. */
    tarball: { type: 'string' },
  },
});
const isDry = values['dry-run'];

try {
  if (values.publish) publish();
  else prepare(positionals[0] ?? '');
} catch (error) {
  console.error(`release: ${messageOf(error)}`);
  process.exitCode = 1;
}

/** Writes the version into every file that has it, and the section of the changelog. */
function prepare(wanted: string): void {
  const version = nextVersion(currentVersion, wanted);
  const date = new Date().toISOString().slice(0, 10);
  const { text, notes } = releaseChangelog(read('CHANGELOG.md'), version, date);
  console.log(`version ${currentVersion} → ${version}\n\n${notes}\n`);
  const changes: Readonly<Record<string, string>> = {
    'CHANGELOG.md': text,
    'lib/config/version.ts': read('lib/config/version.ts').replace(currentVersion, version),
    'package.json': withVersion('package.json', version),
    'package-lock.json': withVersion('package-lock.json', version),
    'create-millrace/package.json': withVersion('create-millrace/package.json', version),
  };
  if (isDry) {
    console.log(`would write ${Object.keys(changes).join(', ')}`);
    return;
  }
  requireCleanTree();
  for (const [path, content] of Object.entries(changes)) writeFileSync(join(root, path), content);
  console.log(`next: git commit --all -m 'Release ${version}' && git tag v${version}`);
}

/** Returns a manifest or a lock file with another version of the package itself. */
function withVersion(path: string, version: string): string {
  const document = JSON.parse(read(path));
  document.version = version;
  if (document.packages !== undefined) document.packages[''].version = version;
  // What `npm create millrace` starts is the Millrace of the same release.
  if (document.dependencies?.millrace !== undefined) document.dependencies.millrace = version;
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Publishes with provenance: the registry then shows from which commit the package was built. */
function publish(): void {
  const { repository } = values;
  if (repository === undefined) {
    throw new MillraceError('INVALID_ARGUMENT', 'name the repository: --repository URL');
  }
  if (!isDry) {
    requireCleanTree();
    requireTag();
  }
  const scratch = mkdtempSync(join(tmpdir(), 'millrace-release-'));
  try {
    const tarball = values.tarball ?? pack(scratch);
    execFileSync('tar', ['-xzf', tarball, '-C', scratch]);
    const folder = join(scratch, 'package');
    const { private: _, ...manifest } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const published = { ...manifest, repository, publishConfig: { access: 'public' } };
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
    const kilobytes = Math.ceil(statSync(tarball).size / 1_024);
    console.log(`${manifest.name} ${manifest.version}: ${kilobytes} KB`);
    const words = ['publish', '--provenance', '--ignore-scripts'];
    if (isDry) console.log(`would run npm ${words.join(' ')}`);
    else execFileSync('npm', words, { cwd: folder, stdio: 'inherit' });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function pack(folder: string): string {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
}

function requireCleanTree(): void {
  if (git('status', '--porcelain') === '') return;
  throw new MillraceError('CONFLICT', 'the work tree has changes: commit them, or remove them');
}

function requireTag(): void {
  const tags = git('tag', '--points-at', 'HEAD').split('\n');
  if (tags.includes(`v${currentVersion}`)) return;
  throw new MillraceError('CONFLICT', `this commit has no tag v${currentVersion}: tag it first`);
}

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
