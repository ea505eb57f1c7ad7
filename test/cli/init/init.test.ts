/** `millrace init`: what it writes runs against this checkout. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseProject } from '../../../lib/cli/init/project-options.ts';
import { version } from '../../../lib/config/version.ts';
import { root } from '../../docs/markdown.ts';
import { compileCacheVariables } from '../../support/compile-cache.ts';
import { hasTerminals, openTerminal } from '../../support/typed-terminal.ts';
import { call, folderWith, jsonOf } from '../cli-call.ts';

interface Written {
  readonly folder: string;
  readonly files: readonly string[];
  readonly next: readonly string[];
}

describe('millrace init', () => {
  it.each([
    ['orders', 'ts', { total: 3, succeeded: 3, failed: 0 }],
    ['orders', 'js', { total: 3, succeeded: 3, failed: 0 }],
    ['csv', 'ts', { total: 4, succeeded: 3, failed: 1, billedCents: 26_660 }],
    ['csv', 'js', { total: 4, succeeded: 3, failed: 1, billedCents: 26_660 }],
  ])('the batch of a new project with %s in %s succeeds', async (example, language, figures) => {
    const folder = folderWith({});
    const options = ['--example', example, '--language', language, '--json'];

    const written = jsonOf(await call(['init', 'shop', ...options], { folder })) as Written;
    const { scripts } = JSON.parse(readFileSync(join(written.folder, 'package.json'), 'utf8'));
    const [, ...start] = scripts.start.split(' ');
    const ran = await call([...start, '--store', 'memory', '--json'], { folder: written.folder });

    expect(written.files.toSorted()).toEqual(readFiles(written.folder).filter(isWritten));
    expect(ran.status).toBe(0);
    expect(jsonOf(ran)).toMatchObject({ status: 'SUCCEEDED', ...figures });
  });

  it('millrace init asks nothing where it gets a flag, and prints the next three commands', async () => {
    const folder = folderWith({});

    const { status, stdout } = await call(['init', '--cdk', '--no-tests'], { folder });

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\nNext:\n(?: {2}\(cd .*\n)? {2}npm install\n {2}npm start\n {2}npm run dev\n$/,
    );
    expect(readFileSync(join(folder, 'cdk.json'), 'utf8')).toContain('millrace/dist/bin/infra.js');
    expect(existsSync(join(folder, 'order.test.ts'))).toBe(false);
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(dependencies.millrace).toMatch(/^file:.*\.tgz$/);
  });

  it('a project that is deployed has the packages for it, in versions that Millrace works with', async () => {
    const folder = folderWith({});
    await call(['init', '--cdk'], { folder });

    const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const ofPeers = Object.entries(peerDependencies).filter(([name]) => name in devDependencies);
    expect(ofPeers.length).toBeGreaterThan(15);
    expect(devDependencies).toMatchObject(Object.fromEntries(ofPeers));
  });

  it('the next commands can be pasted where the name of the folder has blanks', async () => {
    const folder = folderWith({});

    const { stdout } = await call(['init', "Bob's shop", '--yes'], { folder });

    const { status, stdout: place } = spawnSync(
      'sh',
      ['-c', `${/cd .*(?= && npm install)/.exec(stdout)} && basename "$PWD"`],
      { cwd: folder, encoding: 'utf8' },
    );
    expect({ status, place }).toEqual({ status: 0, place: "Bob's shop\n" });
  });

  it('millrace init overwrites nothing, and then writes nothing', async () => {
    const folder = folderWith({ 'order.asl.json': 'mine', 'package.json': '{}' });

    const { status, stderr } = await call(['init', '--yes'], { folder });

    expect(status).toBe(1);
    expect(stderr).toContain(
      'has package.json, order.asl.json already, and init overwrites nothing',
    );
    expect(readFiles(folder)).toEqual(['order.asl.json', 'package.json']);
    expect(readFileSync(join(folder, 'order.asl.json'), 'utf8')).toBe('mine');
  });
});

it('create-millrace starts the Millrace of its own version', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'create-millrace/package.json'), 'utf8'));

  expect(manifest).toMatchObject({ version, dependencies: { millrace: version } });
});

describe('the questions of millrace init', () => {
  it.skipIf(!hasTerminals)(
    'Ctrl-C at a question ends millrace init, and nothing is written',
    async () => {
      const folder = folderWith({});
      const millrace = `'${process.execPath}' '${join(root, 'bin/millrace.js')}'`;
      const terminal = openTerminal(`${millrace} init shop`, folder, {
        PATH: process.env.PATH ?? '',
        ...compileCacheVariables,
      });
      try {
        await terminal.seen(/TypeScript or JavaScript\?.*default ts/);
        terminal.type('\u0003');

        const shown = await terminal.seen(/interrupted at a question: nothing was written/);

        expect(await terminal.ended()).toBe(130);
        expect(shown).not.toMatch(/^ +at /m);
        expect(existsSync(join(folder, 'shop'))).toBe(false);
      } finally {
        terminal.close();
      }
    },
  );

  it('an answer that is no choice is asked for again, and an empty one is the first', async () => {
    const answers = ['ruby', 'js', '', 'y'];
    const asked: string[] = [];

    const chosen = await chooseProject({}, async (question) => {
      asked.push(question);
      return answers.shift() ?? '';
    });

    expect(chosen).toMatchObject({ language: 'js', example: 'orders', cdk: true, tests: true });
    expect(asked).toHaveLength(4);
  });

  it('nothing is asked once a choice is made by a flag', async () => {
    const chosen = await chooseProject({ example: 'csv' }, () =>
      Promise.reject(new Error('asked')),
    );

    expect(chosen).toMatchObject({ language: 'ts', example: 'csv', cdk: false });
  });
});

function readFiles(folder: string): string[] {
  return readdirSync(folder).toSorted();
}

/** The memory store writes nothing, but a folder may have what tools leave. */
function isWritten(name: string): boolean {
  return name !== 'node_modules';
}
