/** The installer in temporary folders, with an npm that records its arguments. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const installer = fileURLToPath(new URL('../../bin/ensure-installed.js', import.meta.url));

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-install-'));
  mkdirSync(join(root, 'bin'));
  cpSync(installer, join(root, 'bin', 'ensure-installed.js'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes a lock file with these packages. */
function writeLock(path: string, packages: object): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify({ packages }));
}

const wanted = 'package-lock.json';
const installed = 'node_modules/.package-lock.json';

/** Runs the installer with an npm that writes its arguments to a file and exits with `status`. */
function run(status = 0) {
  const tools = join(root, 'tools');
  mkdirSync(tools, { recursive: true });
  const script = `#!/bin/sh\necho "$*" > '${root}/npm-arguments'\necho installing\nexit ${status}\n`;
  writeFileSync(join(tools, 'npm'), script, { mode: 0o755 });
  const result = spawnSync(process.execPath, [join(root, 'bin', 'ensure-installed.js')], {
    encoding: 'utf8',
    env: { PATH: [join(root, 'node_modules', '.bin'), tools, '/usr/bin', '/bin'].join(delimiter) },
  });
  const written = join(root, 'npm-arguments');
  const npmArguments = existsSync(written) ? readFileSync(written, 'utf8').trim() : undefined;
  return { ...result, npmArguments };
}

describe('the installer', () => {
  it('the installer installs the dependencies of a fresh clone and prints nothing to stdout', () => {
    writeLock(wanted, { '': {}, 'node_modules/a': { version: '1.0.0' } });

    const { status, stdout, stderr, npmArguments } = run();

    expect(npmArguments).toMatch(/^ci /);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'millrace: dependencies are not installed yet: running npm ci\ninstalling\n',
    );
    expect(status).toBe(0);
  });

  it('the installer does nothing when everything is as in the lock file', () => {
    writeLock(wanted, {
      '': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0', integrity: 'x' },
      'node_modules/a-for-another-platform': { version: '1.0.0', optional: true },
    });
    writeLock(installed, { 'node_modules/a': { version: '1.0.0', integrity: 'x' } });

    const { status, stderr, npmArguments } = run();

    expect({ status, stderr, npmArguments }).toEqual({
      status: 0,
      stderr: '',
      npmArguments: undefined,
    });
  });

  it('the installer reinstalls when the lock file has another version, and names the package', () => {
    writeLock(wanted, {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/@b/c': { version: '2.0.0' },
    });
    writeLock(installed, {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/@b/c': { version: '1.9.0' },
    });

    const { stderr, npmArguments } = run();

    expect(npmArguments).toMatch(/^ci /);
    expect(stderr).toContain('package-lock.json has another version of @b/c: running npm ci');
  });

  it('the installer fails with a sentence when npm fails', () => {
    writeLock(wanted, { 'node_modules/a': { version: '1.0.0' } });

    const { status, stderr } = run(7);

    expect(status).toBe(1);
    expect(stderr).toContain('millrace: npm ci failed (exit status 7): fix what npm reports');
  });

  it('the installer never runs npm on the Node that it replaces', () => {
    writeLock(wanted, { 'node_modules/a': { version: '1.0.0' } });
    const bin = join(root, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });

    expect(run().status).toBe(0);
  });
});
