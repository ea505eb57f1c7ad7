/** The installer in folders of its own, with an npm that writes down what it was asked for. */
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

/** Writes a lock file with these packages, wanted or installed. */
function writeLock(path: string, packages: object): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify({ packages }));
}

const wanted = 'package-lock.json';
const installed = 'node_modules/.package-lock.json';

/**
 * Runs the installer beside an npm that ends with `status`, after saying its arguments in a file.
 */
function run(status = 0) {
  const tools = join(root, 'tools');
  mkdirSync(tools, { recursive: true });
  const script = `#!/bin/sh\necho "$*" > '${root}/asked'\necho installing\nexit ${status}\n`;
  writeFileSync(join(tools, 'npm'), script, { mode: 0o755 });
  const result = spawnSync(process.execPath, [join(root, 'bin', 'ensure-installed.js')], {
    encoding: 'utf8',
    env: { PATH: [join(root, 'node_modules', '.bin'), tools, '/usr/bin', '/bin'].join(delimiter) },
  });
  const asked = join(root, 'asked');
  return { ...result, asked: existsSync(asked) ? readFileSync(asked, 'utf8').trim() : undefined };
}

describe('the installer', () => {
  it('installs what a fresh clone lacks and leaves stdout to others', () => {
    writeLock(wanted, { '': {}, 'node_modules/a': { version: '1.0.0' } });

    const { status, stdout, stderr, asked } = run();

    expect(asked).toMatch(/^ci /);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'millrace: dependencies are not installed yet: running npm ci\ninstalling\n',
    );
    expect(status).toBe(0);
  });

  it('does nothing when what is installed is what the lock file names', () => {
    writeLock(wanted, {
      '': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0', integrity: 'x' },
      'node_modules/a-for-another-platform': { version: '1.0.0', optional: true },
    });
    writeLock(installed, { 'node_modules/a': { version: '1.0.0', integrity: 'x' } });

    const { status, stderr, asked } = run();

    expect({ status, stderr, asked }).toEqual({ status: 0, stderr: '', asked: undefined });
  });

  it('installs again when the lock file names another version, and says of what', () => {
    writeLock(wanted, {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/@b/c': { version: '2.0.0' },
    });
    writeLock(installed, {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/@b/c': { version: '1.9.0' },
    });

    const { stderr, asked } = run();

    expect(asked).toMatch(/^ci /);
    expect(stderr).toContain('package-lock.json names another @b/c: running npm ci');
  });

  it('fails with a sentence when npm fails', () => {
    writeLock(wanted, { 'node_modules/a': { version: '1.0.0' } });

    const { status, stderr } = run(7);

    expect(status).toBe(1);
    expect(stderr).toContain('millrace: npm ci failed (exit status 7): mend what npm says');
  });

  it('never runs npm on the Node that is about to be replaced', () => {
    writeLock(wanted, { 'node_modules/a': { version: '1.0.0' } });
    const bin = join(root, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });

    expect(run().status).toBe(0);
  });
});
