/** The scripts of `millrace completion` in the shells that they are for. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../docs/markdown.ts';
import { compileCacheVariables } from '../../support/compile-cache.ts';
import { hasTerminals, isInstalled, openTerminal } from '../../support/typed-terminal.ts';
import { makeFolder, removeFolder } from '../cli-call.ts';

/** CI has all shells: there, a missing one fails. */
const lacks = (program: string) => process.env.CI === undefined && !isInstalled(program);

let folder = '';

beforeAll(() => {
  folder = makeFolder({
    'millrace.config.mjs': `export default {
      machines: { order: { definition: './none.json' } },
      tasks: { 'report:build': () => null, 'report:send': () => null },
      batches: {
        orders: { machine: 'order', source: { kind: 'items', items: [] } },
        refunds: { machine: 'order', source: { kind: 'items', items: [] } },
      },
    };`,
  });
  const bin = join(folder, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(join(root, 'bin/millrace.js'), join(bin, 'millrace'));
});

afterAll(() => removeFolder(folder));

/** The project's program is in PATH, as it is in scripts of npm. */
function variables() {
  const folders = [join(folder, 'node_modules/.bin'), dirname(process.execPath)];
  return { PATH: [...folders, process.env.PATH].join(':'), ...compileCacheVariables };
}

const typed = [
  ['millrace ba', 'millrace batch'],
  ['millrace task enqueue --type report:b', 'millrace task enqueue --type report:build'],
  ['npx millrace batch start o', 'npx millrace batch start orders'],
] as const;

describe.each(['bash --norc', 'zsh -f'])('completion in %s', (shell) => {
  const [program = ''] = shell.split(' ');

  it.skipIf(lacks(program) || !hasTerminals)(
    `Tab completes commands, names and choices in ${program}, also after npx`,
    async () => {
      const terminal = openTerminal(`${shell} -i`, folder, variables());
      try {
        terminal.type(`eval "$(millrace completion ${program})"; echo RE""ADY\r`);
        await terminal.seen(/READY/);
        for (const [keys, completed] of typed) {
          // Ctrl-A goes to the beginning of the line, so that it is printed and not run.
          terminal.type(`${keys}\t\u0001echo done: \r`);
          await terminal.seen(new RegExp(`\\ndone: ${completed}\\r?\\n`));
        }
      } finally {
        terminal.close();
      }
    },
  );
});

it.skipIf(lacks('fish'))('fish completes commands, names and choices, also after npx', () => {
  const calls = typed.map(([keys]) => `complete -C '${keys}'`);
  const script = ['millrace completion fish | source', ...calls].join('\n');

  const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
    cwd: folder,
    env: { HOME: folder, ...variables() },
    encoding: 'utf8',
  });

  const words = stdout.split('\n').map((line) => line.split('\t')[0]);
  expect(stderr).toBe('');
  expect(words).toEqual([...typed.map(([, completed]) => completed.split(' ').at(-1)), '']);
});
