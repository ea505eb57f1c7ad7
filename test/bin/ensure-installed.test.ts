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

/** Makes a process report a Node that runs no TypeScript. */
const pretendOld =
  "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.0.0'})";

/** How {@link run} runs the installer. */
interface RunOptions {
  /** The exit status of npm. @default 0 */
  readonly status?: number;
  readonly words?: readonly string[];
  /** Whether Node is too old to run the sources. @default false */
  readonly old?: boolean;
}

/** Runs the installer with an npm that writes its arguments to a file. */
function run({ status = 0, words = [], old = false }: RunOptions = {}) {
  const tools = join(root, 'tools');
  mkdirSync(tools, { recursive: true });
  const script = `#!/bin/sh\necho "$*" > '${root}/npm-arguments'\necho installing\nexit ${status}\n`;
  writeFileSync(join(tools, 'npm'), script, { mode: 0o755 });
  const imports = old ? ['--import', pretendOld] : [];
  const program = join(root, 'bin', 'ensure-installed.js');
  const result = spawnSync(process.execPath, [...imports, program, ...words], {
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

    const { status, stderr } = run({ status: 7 });

    expect(status).toBe(1);
    expect(stderr).toContain('millrace: npm ci failed (exit status 7): fix what npm reports');
  });

  const both = {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0', dev: true },
  };

  it('the installer leaves out what only developing needs when it installs for running', () => {
    writeLock(wanted, both);

    expect(run({ words: ['running'] }).npmArguments).toMatch(/^ci --omit=dev /);
  });

  it('the installer does nothing for running when what running needs is installed', () => {
    writeLock(wanted, both);
    writeLock(installed, { 'node_modules/a': both['node_modules/a'] });

    expect(run({ words: ['running'] }).npmArguments).toBeUndefined();
  });

  it('the installer keeps the tools of a clone that has them when it installs for running', () => {
    writeLock(wanted, both);
    writeLock(installed, { ...both, 'node_modules/a': { version: '0.9.0' } });

    expect(run({ words: ['running'] }).npmArguments).toMatch(/^ci --no-audit/);
  });

  it('the installer never runs npm on the Node that it replaces', () => {
    writeLock(wanted, { 'node_modules/a': { version: '1.0.0' } });
    const bin = join(root, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });

    expect(run().status).toBe(0);
  });

  it('the installer of what running needs adds the Node of the lock file, with its hash', () => {
    const name = `node-${process.platform}-${process.arch}`;
    const integrity = 'sha512-abc';
    writeLock(wanted, {
      'node_modules/a': { version: '1.0.0' },
      [`node_modules/${name}`]: { version: '24.0.0', integrity, dev: true, optional: true },
    });

    const { status, stderr, npmArguments } = run({ words: ['running'], old: true });

    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('running npm ci'),
    });
    expect(npmArguments).toMatch(/^ci --ignore-scripts /);
    const lock = join(root, 'node_modules', '.runtime', 'package-lock.json');
    expect(JSON.parse(readFileSync(lock, 'utf8')).packages).toEqual({
      '': { dependencies: { [name]: '24.0.0' } },
      [`node_modules/${name}`]: { version: '24.0.0', integrity },
    });
  });
});
