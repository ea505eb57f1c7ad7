/**
 * Bundles the functions at synth: a minified module a function, with everything that it imports,
 * SDK clients too; what it imports by need beside it; and source maps. The same sources give the
 * same bytes on every machine, so that only what has changed is deployed.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildResult, buildSync } from 'esbuild';
import type { AppDescription } from '../../config/app-description.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import { appModuleName, writeAppModule } from './app-module.ts';
import { checkSize } from './bundle-size.ts';

/** The functions of the topology. */
export type FunctionName = 'leader' | 'worker' | 'archiver' | 'api' | 'migrate';

/** How the bundles may differ from the usual. */
export interface BundlingOptions {
  /** Packages that are left out, for a layer has them. @default [] */
  readonly external?: readonly string[];
  /** The most that a function may load at a cold start, in bytes. @default 1,048,576 */
  readonly bytesMax?: number;
}

/** A bundle that lies in a folder of its own. */
export interface FunctionBundle {
  readonly folder: string;
  readonly handler: string;
  /** What is loaded at a cold start. */
  readonly bytes: number;
  /** Of the modules' bytes: another one, another bundle. */
  readonly digest: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What an entry is called beside this file's own form: sources, or what was built of them. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/**
 * What a function never loads: drivers other than those that its environment names, and the reader
 * of definition files, as its definitions are inlined. By their files, not by their packages, which
 * handlers may use for their own.
 */
const unusedFiles = [
  'drivers/memory/memory-store',
  'drivers/pglite/*',
  'drivers/postgres/*',
  'drivers/redis/*',
  'app/read-definition',
].map((path) => join(root, 'lib', path.endsWith('*') ? path : `${path}${extension}`));

/** Where credentials are looked for when the environment has none; Lambda's always has. */
const unusedPackages = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** A dependency that is not an ES module may call `require`, which those do not have. */
const banner =
  "import { createRequire as millraceRequire } from 'node:module';" +
  'const require = millraceRequire(import.meta.url);';

/** See this file's head. */
export class Bundler {
  readonly #app: AppDescription;
  readonly #options: BundlingOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'millrace-bundles-'));
  readonly #bundles = new Map<FunctionName, FunctionBundle>();

  constructor(app: AppDescription, options: BundlingOptions = {}) {
    this.#app = app;
    this.#options = options;
    writeAppModule(app, this.#folder);
  }

  /** Bundles a function; once, however often it is asked for. */
  bundle(name: FunctionName): FunctionBundle {
    const known = this.#bundles.get(name);
    if (known !== undefined) return known;
    const bundle = this.#write(name, this.#build(name));
    this.#bundles.set(name, bundle);
    return bundle;
  }

  /** Removes the bundles: they have been copied to where they are deployed from. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #build(name: FunctionName): BuildResult<{ write: false; metafile: true }> {
    try {
      return buildSync({
        absWorkingDir: root,
        entryPoints: { index: join(root, 'functions', `${name}${extension}`) },
        // Nothing is written there: where it is decides what source maps call the sources.
        outdir: join(root, 'bundle'),
        outExtension: { '.js': '.mjs' },
        chunkNames: '[name]-[hash]',
        // What is imported by need lies apart, and costs a cold start nothing.
        splitting: true,
        write: false,
        metafile: true,
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        legalComments: 'none',
        sourcemap: 'linked',
        sourcesContent: false,
        banner: { js: banner },
        alias: {
          'millrace-app': join(this.#folder, appModuleName),
          // The app's own copy and this one would be two.
          millrace: join(root, 'lib', `index${extension}`),
        },
        external: [...unusedFiles, ...unusedPackages, ...(this.#options.external ?? [])],
        nodePaths: [...modulesAbove(this.#app.configFile), join(root, 'node_modules')],
        logLevel: 'silent',
      });
    } catch (error) {
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `the function ${name} cannot be bundled with ${this.#app.configFile}: ${messageOf(error)}`,
        { fields: { function: name }, cause: error },
      );
    }
  }

  #write(
    name: FunctionName,
    { outputFiles, metafile }: BuildResult<{ write: false; metafile: true }>,
  ): FunctionBundle {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const hash = createHash('sha256');
    for (const file of outputFiles) {
      const isMap = file.path.endsWith('.map');
      if (!isMap) hash.update(file.contents);
      const contents = isMap ? withoutMachine(file.text) : file.contents;
      writeFileSync(join(folder, basename(file.path)), contents);
    }
    const bytes = checkSize(name, metafile, this.#options.bytesMax);
    return { folder, handler: 'index.handler', bytes, digest: hash.digest('hex') };
  }
}

/** Where the packages of the app are looked for, as Node would. */
function modulesAbove(file: string): string[] {
  const folder = dirname(file);
  const here = join(folder, 'node_modules');
  return folder === dirname(folder) ? [here] : [here, ...modulesAbove(folder)];
}

/** A source map that does not say where on this machine the app's module was. */
function withoutMachine(text: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  const sources = map.sources.map((source) =>
    basename(source) === appModuleName ? appModuleName : source,
  );
  return JSON.stringify({ ...map, sources });
}
