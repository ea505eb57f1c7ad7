/**
 * Loading the modules of users, in a process of Node: the test runner would load them itself. One
 * process loads all of them, and each test looks at one of its answers.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../docs/markdown.ts';
import { compileCacheVariables } from '../../support/compile-cache.ts';

const modulePackage = '{ "type": "module" }';

/** An enum, imports without an extension and of `.js`, an alias, and a type imported as a value. */
const difficult = {
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
  'main.ts': `
    import { defineConfig, HandlerContext } from 'millrace';
    import { paint } from './src/paint.js';
    import { shade } from '@/shade';
    enum Color { Red = 'red' }
    const kinds = (context: HandlerContext | null) => [typeof defineConfig, typeof context];
    export default [Color.Red, paint(), shade(), ...kinds(null)].join(' ');
  `,
  'src/paint.ts': "import { brush } from './brush'; export const paint = () => brush;",
  'src/brush.ts': "export const brush: string = 'brush';",
  'src/shade.ts': "export const shade = () => 'shade';",
};

const files: Readonly<Record<string, string>> = {
  'package.json': modulePackage,
  'erasable.ts': `
    import { defineConfig } from 'millrace';
    import { part } from './part.ts';
    export default [part, typeof defineConfig, import.meta.url].join(' ');
  `,
  'part.ts': "export const part: string = 'part';",
  'plain.js': "import { part } from './plain-part.js'; export default part;",
  'plain-part.js': "export const part = 'one';",
  'broken.ts': 'enum Color { Red }\nexport default const;\n',
  'throwing.ts': "throw new Error('no database');\nexport default 1;\n",
  'missing.ts': "import './nowhere.ts';\nexport default 1;\n",
};

/** Prints what each module exports, and what it exports after a change. */
const program = `
  import { writeFileSync } from 'node:fs';
  import { loadModule } from '${root}lib/config/loading/load-module.ts';
  const answers = {};
  const load = async (name, options) => {
    try {
      return (await loadModule(process.cwd() + '/' + name, options)).default;
    } catch (error) {
      return 'failed: ' + error.message;
    }
  };
  for (const name of process.argv.slice(1)) answers[name] = await load(name);
  writeFileSync('plain-part.js', "export const part = 'two';");
  answers['plain.js unchanged'] = await load('plain.js');
  answers['plain.js fresh'] = await load('plain.js', { fresh: true });
  writeFileSync('common/src/brush.ts', "export const brush = 'roller';");
  answers['common/main.ts fresh'] = await load('common/main.ts', { fresh: true });
  console.log(JSON.stringify(answers));
`;

let folder = '';
let answers: Readonly<Record<string, string>> = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-modules-'));
  write('.', files);
  write('module', { ...difficult, 'package.json': modulePackage });
  write('common', { ...difficult, 'package.json': '{ "type": "commonjs" }' });
  const names = [
    'erasable.ts',
    'plain.js',
    'broken.ts',
    'throwing.ts',
    'missing.ts',
    'module/main.ts',
    'common/main.ts',
  ];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, ...names],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, ...compileCacheVariables } },
  );
  expect(stderr).toBe('');
  answers = JSON.parse(stdout);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(place: string, contents: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(contents)) {
    const path = join(folder, place, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

describe('loadModule', () => {
  it('TypeScript that Node can run is imported as a module, with this Millrace', () => {
    expect(answers['erasable.ts']).toMatch(/^part function file:.*erasable\.ts$/);
  });

  it.each(['module', 'common'])(
    'TypeScript that Node refuses is loaded in a %s package',
    (kind) => {
      expect(answers[`${kind}/main.ts`]).toBe('red brush shade function object');
    },
  );

  it('JavaScript is loaded again with the files that it imports only when that is wanted', () => {
    expect(answers['plain.js']).toBe('one');
    expect(answers['plain.js unchanged']).toBe('one');
    expect(answers['plain.js fresh']).toBe('two');
  });

  it('TypeScript is loaded again with the files that it imports', () => {
    expect(answers['common/main.ts fresh']).toBe('red roller shade function object');
  });

  it('an error of syntax names the file and the line', () => {
    expect(answers['broken.ts']).toMatch(/^failed: .*broken\.ts:2/s);
  });

  it('an error that a module throws, or a missing file, is reported as it is', () => {
    expect(answers['throwing.ts']).toBe('failed: no database');
    expect(answers['missing.ts']).toMatch(
      /^failed: Cannot find module '.*nowhere\.ts'.*missing\.ts/s,
    );
  });
});
