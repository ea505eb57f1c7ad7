/** The launcher in temporary folders, with a CLI that prints how it was started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));

/** Makes the Node that imports it report an old version; a Node that it starts does not. */
const pretendOld =
  'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.9.0"})';

/** Prints its arguments and its Node; with `stay` it runs until a signal arrives. */
const cli = `
const [first, second]: string[] = process.argv.slice(2);
if (first === 'stay') {
  const timer = setInterval(() => {}, 1000);
  process.once('SIGINT', () => process.exit(5));
  if (second === 'gracefully') process.once('SIGTERM', () => process.exit(6));
} else {
  process.exitCode = 3;
}
// Last, because the test then sends its signal.
console.log(JSON.stringify([first, second, process.versions.node]));
`;

let root = '';
let child: ChildProcess | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-launch-'));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'node_modules'));
  cpSync(launcher, join(root, 'bin', 'millrace.js'));
  writeFileSync(join(root, 'bin', 'millrace.ts'), cli);
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

/** Puts this Node in the place of the pinned one. @param below where packages are */
function pinNode(below = 'node_modules'): void {
  const bin = join(root, below, `node-${process.platform}-${process.arch}`, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
}

/** Starts the launcher, on a Node that reports an old version if `old`. */
function launch(old: boolean, ...given: string[]) {
  const imports = old ? ['--import', pretendOld] : [];
  const started = spawn(
    process.execPath,
    [...imports, join(root, 'bin', 'millrace.js'), ...given],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child = started;
  const ended = once(started, 'exit').then(([code, signal]) => ({ code, signal }));
  return { started, ended, stdout: text(started.stdout), stderr: text(started.stderr) };
}

describe('the launcher', () => {
  it('the launcher runs the CLI in its own process on a recent Node', async () => {
    const { ended, stdout } = launch(false, 'a b', '--json');

    expect(await ended).toEqual({ code: 3, signal: null });
    expect(JSON.parse(await stdout)).toEqual(['a b', '--json', process.versions.node]);
  });

  it('the launcher runs the CLI on the pinned Node when its own is too old', async () => {
    pinNode();

    const { ended, stdout } = launch(true, 'a b', '--json');

    expect(await ended).toEqual({ code: 3, signal: null });
    expect(JSON.parse(await stdout)).toEqual(['a b', '--json', process.versions.node]);
  });

  it.each([
    ['SIGTERM', 'gracefully', { code: 6, signal: null }],
    ['SIGINT', 'gracefully', { code: 5, signal: null }],
    ['SIGTERM', 'at once', { code: null, signal: 'SIGTERM' }],
  ] as const)(
    'the launcher passes %s on to a CLI that ends %s, and ends as it does',
    async (signal, how, end) => {
      pinNode();
      const { started, ended } = launch(true, 'stay', how);
      await once(started.stdout, 'data');

      started.kill(signal);

      expect(await ended).toEqual(end);
    },
  );

  it('the launcher prints what to do when no Node can run the CLI', async () => {
    const { ended, stderr } = launch(true);

    expect(await ended).toEqual({ code: 2, signal: null });
    expect(await stderr).toBe(
      'millrace needs Node 22.18 or later and this is 20.9.0: run `npm install` here, ' +
        'which includes the right one, or install a newer Node\n',
    );
  });

  it('the launcher of a package asks for a newer Node, as no other is installed with it', async () => {
    rmSync(join(root, 'bin', 'millrace.ts'));

    expect(await launch(true).stderr).toBe(
      'millrace needs Node 22.18 or later and this is 20.9.0: install a newer Node\n',
    );
  });

  it('the launcher prints what to do when the dependencies are missing', async () => {
    rmSync(join(root, 'node_modules'), { recursive: true });

    const { ended, stderr } = launch(false);

    expect(await ended).toEqual({ code: 2, signal: null });
    expect(await stderr).toMatch(/^millrace has no dependencies yet: run `npm install`/);
  });

  it('the launcher runs the build where there are no sources', async () => {
    rmSync(join(root, 'bin', 'millrace.ts'));
    mkdirSync(join(root, 'dist', 'program'), { recursive: true });
    writeFileSync(join(root, 'dist', 'program', 'millrace.js'), 'console.log("built");');

    expect(await launch(false).stdout).toBe('built\n');
  });
});
