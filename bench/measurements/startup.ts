import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envNames } from '../../lib/config/setting-sources.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import { cleanEnvironment } from '../run-program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A configuration as projects have it: it imports `millrace`. */
const config = `import { defineConfig } from 'millrace';
const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
export default defineConfig({ machines: { a: { definition } } });
`;

/** The commands, and how long each may take, in milliseconds. */
const commands = [
  { words: ['--version'], atMost: 150 },
  { words: ['execution', 'list'], atMost: 300 },
];

/**
 * Measures how long a short command takes, from the start of its process to its end: in a project
 * that has installed the package, and in a clone, which compiles its sources.
 */
export const startup: Measurement = {
  name: 'startup',
  about: 'the whole time of a short command, in a project and in a clone, with a PostgreSQL',

  async measure(bench) {
    const rounds = bench.quick ? 1 : 15;
    const database = await bench.databases.createDatabase();
    const env = {
      ...cleanEnvironment(),
      [envNames.postgresUrl]: database.url,
      NODE_COMPILE_CACHE: join(bench.folder, 'compile-cache'),
    };
    const project = join(bench.folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'millrace.config.mjs'), config);
    const run = { env, cwd: project };
    try {
      const places = { package: layOutPackage(bench), clone: join(root, 'bin/millrace.js') };
      const figures = [measureRuns('node alone', ['--eval', '0'], run, rounds)];
      for (const [place, launcher] of Object.entries(places)) {
        for (const { words, atMost } of commands) {
          const label = `${place}: millrace ${words.join(' ')}`;
          const figure = measureRuns(label, [launcher, ...words], run, rounds);
          figures.push(place === 'package' ? { ...figure, target: { atMost } } : figure);
        }
      }
      for (const { label, value } of figures) bench.log(`${label}: ${value} ms`);
      return figures;
    } finally {
      await database.drop();
    }
  },
};

/** Builds the package, and lays out its files as npm installs them; returns its launcher. */
function layOutPackage({ folder }: Bench): string {
  execFileSync(process.execPath, [join(root, 'bin/build-package.ts')]);
  const target = join(folder, 'package');
  for (const path of ['package.json', 'bin/millrace.js', 'dist']) {
    cpSync(join(root, path), join(target, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'), 'junction');
  return join(target, 'bin/millrace.js');
}

interface RunSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** The first run fills the compile cache and migrates the database; it does not count. */
function measureRuns(
  label: string,
  words: readonly string[],
  surroundings: RunSurroundings,
  rounds: number,
): Figure {
  const times = Array.from({ length: rounds + 1 }, () => {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(process.execPath, words, {
      ...surroundings,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${label} ended with ${status}: ${stderr}`);
    return performance.now() - startedAt;
  });
  return toFigure(times.slice(1), { label, unit: 'ms', knobs: { compileCache: 'on' } });
}
