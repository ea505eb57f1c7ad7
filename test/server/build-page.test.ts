/** The page is built once for each state of its sources, by one of several processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildPage } from '../../lib/server/page/build-page.ts';
import { type PageFolder, pageFolder } from '../../lib/server/page/page-folder.ts';
import { sharedFolders, sourceDigest } from '../../lib/server/page/source-digest.ts';
import { rejection } from '../support/rejection.ts';
import { folderOf } from './test-server.ts';

const repository = new URL('../../', import.meta.url).pathname;

const sources = {
  'package.json': '{"name":"millrace"}',
  'package-lock.json': '{}',
  'dashboard/index.html':
    '<!doctype html><head><base href="/" /></head><script type="module" src="./src/main.ts"></script>',
  'dashboard/src/main.ts': "import { word } from './word.ts';\ndocument.title = word;",
  'dashboard/src/word.ts': "export const word: string = 'first';",
  'dashboard/vite.config.ts': "export default { root: import.meta.dirname, base: './' };",
};

/** Returns the folders of a small page that can be built. */
function smallPage(): PageFolder {
  const root = folderOf(sources);
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  return pageFolder(root);
}

/** Returns the text of the one script that a build has written. */
function builtScript({ built }: PageFolder): string {
  const [name = ''] = readdirSync(join(built, 'assets'));
  return readFileSync(join(built, 'assets', name), 'utf8');
}

describe('a build', () => {
  it('a page is built when it is first asked for, and again when its sources change', async () => {
    const page = smallPage();
    const builds: number[] = [];
    const build = () => buildPage(page, { onBuild: () => void builds.push(1) });

    await build();
    await build();
    expect(builds).toHaveLength(1);
    expect(builtScript(page)).toContain('first');

    writeFileSync(join(page.sources, 'src', 'word.ts'), "export const word = 'second';");
    await build();

    expect(builds).toHaveLength(2);
    expect(builtScript(page)).toContain('second');
    expect(readdirSync(page.sources).toSorted()).toEqual([
      'dist',
      'index.html',
      'src',
      'vite.config.ts',
    ]);
  });

  it('one of several processes builds the page, and the others wait for it', async () => {
    const page = smallPage();
    const program = join(page.root, 'ask.mts');
    const from = JSON.stringify(join(repository, 'lib', 'server', 'page'));
    writeFileSync(
      program,
      `const { buildPage } = await import(${from} + '/build-page.ts');
      const { pageFolder } = await import(${from} + '/page-folder.ts');
      await buildPage(pageFolder(${JSON.stringify(page.root)}), { onBuild: () => console.log('builds') });
      console.log('done');`,
    );

    const said = await Promise.all([1, 2, 3].map(() => outputOf(program)));

    expect(said.join('').match(/builds/g)).toHaveLength(1);
    expect(said.join('').match(/done/g)).toHaveLength(3);
    expect(existsSync(join(page.built, 'index.html'))).toBe(true);
  });

  it('a build that fails says why, and leaves the old page and no lock', async () => {
    const page = smallPage();
    await buildPage(page);
    writeFileSync(join(page.sources, 'src', 'main.ts'), "import './none.ts';");

    const error = await rejection(buildPage(page));

    expect(error).toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    expect(error.message).toMatch(/could not be built: exit status 1.*none\.ts/s);
    expect(builtScript(page)).toContain('first');
    expect(existsSync(`${page.built}.lock`)).toBe(false);
  });

  it('a build without its tools is refused with what to install', async () => {
    const page = pageFolder(folderOf(sources));

    const error = await rejection(buildPage(page));

    expect(error.message).toMatch(/vite is not installed: run `npm install`/);
  });

  it('a published package has the built files and no sources, and builds nothing', async () => {
    const root = folderOf({ 'package.json': '{}', 'dashboard/dist/index.html': 'built' });

    await buildPage(pageFolder(root));

    expect(readdirSync(join(root, 'dashboard'))).toEqual(['dist']);
  });
});

describe('the digest of the sources', () => {
  it('the digest changes with a source, a shared file and the lock file, and not with times', async () => {
    const page = pageFolder(folderOf({ ...sources, 'lib/graph/layout.ts': 'export {};' }));
    const first = await sourceDigest(page);
    const change = async (path: string, text: string) => {
      writeFileSync(join(page.root, path), text);
      return await sourceDigest(page);
    };

    const same = await change('dashboard/src/word.ts', sources['dashboard/src/word.ts']);
    const seen = new Set([
      first,
      await change('dashboard/src/word.ts', 'other'),
      await change('package-lock.json', '{"other":1}'),
      await change('lib/graph/layout.ts', 'other'),
    ]);
    mkdirSync(page.built);
    writeFileSync(join(page.built, 'index.html'), 'built');
    seen.add(await sourceDigest(page));

    expect(same).toBe(first);
    expect(seen.size).toBe(4);
    rmSync(join(page.sources, 'index.html'));
    expect(await sourceDigest(page)).toBeNull();
  });

  it('the page imports code only from folders that belong to its digest', () => {
    const imports = sourceFiles(join(repository, 'dashboard', 'src')).flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /^(?:import|export) (?!type )[^;]*? from '([^']+)'/gm,
        ),
      ]
        .map(([, specifier = '']) => specifier)
        .filter((specifier) => specifier.includes('/lib/')),
    );

    const outside = imports.filter(
      (specifier) => !sharedFolders.some((folder) => specifier.includes(`/${folder}/`)),
    );
    expect(outside).toEqual([]);
  });
});

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function outputOf(program: string): Promise<string> {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  return said;
}
