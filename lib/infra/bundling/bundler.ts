import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildResult, buildSync } from 'esbuild';
import type { AppDescription } from '../../config/app-description.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import { type AppModuleOptions, appModuleName, writeAppModule } from './app-module.ts';
import { checkBundleSize } from './check-bundle-size.ts';

/** Functions of the topology. */
export type FunctionName =
  | 'leader'
  | 'worker'
  | 'archiver'
  | 'api'
  | 'step-functions'
  | 'dashboard'
  | 'migrate';

/** Options of the bundles. */
export interface BundlingOptions extends AppModuleOptions {
  /** Packages that are left out because a layer contains them. @default [] */
  readonly external?: readonly string[];
  /** Maximum of what a function loads at a cold start, in bytes. @default 1,048,576 */
  readonly bytesMax?: number;
}

/** The bundle of a function, in a folder of its own. */
export interface FunctionBundle {
  readonly folder: string;
  readonly handler: string;
  /** Bytes loaded at a cold start. */
  readonly bytes: number;
  /** Hash of the modules: it changes with every change of the bundle. */
  readonly digest: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Bundles functions until it is closed. */
export type FunctionBundler = Pick<Bundler, 'bundle' | 'close'>;

/** Extension of this file: `.ts`, or `.js` in a build. Entries of functions have the same. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/**
 * Files that a function never loads: drivers that its environment does not select, and the readers
 * of configurations and definitions, because both are in its bundle. Files rather than packages,
 * because handlers may use the packages themselves.
 */
const unusedFiles = [
  'drivers/memory/memory-store',
  'drivers/pglite/*',
  'drivers/opentelemetry/start-trace-sdk',
  'drivers/postgres/*',
  'drivers/prometheus/*',
  'drivers/redis/*',
  'config/load-module',
  'config/read-definition',
].map((path) => join(root, 'lib', path.endsWith('*') ? path : `${path}${extension}`));

/** Sources of credentials that Lambda never needs: its environment always contains credentials. */
const unusedPackages = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** Dependencies that are CommonJS modules may call `require`, which ES modules do not have. */
const banner =
  "import { createRequire as millraceRequire } from 'node:module';" +
  'const require = millraceRequire(import.meta.url);';

/**
 * Bundles the functions when the topology is synthesised. A bundle is one minified module with
 * everything that it imports, including SDK clients, plus a module for each dynamic import, and
 * source maps. The same sources give the same bytes on every machine, so that a deploy replaces
 * only functions that have changed.
 */
export class Bundler {
  readonly #app: AppDescription;
  readonly #options: BundlingOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'millrace-bundles-'));
  readonly #bundles = new Map<FunctionName, FunctionBundle>();

  constructor(app: AppDescription, options: BundlingOptions = {}) {
    this.#app = app;
    this.#options = options;
    writeAppModule(app, this.#folder, options);
  }

  /** Bundles a function; repeated calls return the same bundle. */
  bundle(name: FunctionName): FunctionBundle {
    const known = this.#bundles.get(name);
    if (known !== undefined) return known;
    const bundle = this.#write(name, this.#build(name));
    this.#bundles.set(name, bundle);
    return bundle;
  }

  /** Removes the bundles, after CDK has copied them into its assembly. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #build(name: FunctionName): BuildResult<{ write: false; metafile: true }> {
    try {
      return buildSync({
        absWorkingDir: root,
        entryPoints: { index: join(root, 'functions', `${name}${extension}`) },
        // Not written: the folder only determines the paths of sources in source maps.
        outdir: join(root, 'bundle'),
        outExtension: { '.js': '.mjs' },
        chunkNames: '[name]-[hash]',
        // Dynamic imports become modules of their own, which a cold start does not load.
        splitting: true,
        write: false,
        metafile: true,
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node24',
        mainFields: ['module', 'main'],
        // Those of `imports` in package.json, and esbuild's own, which they replace.
        conditions: [extension === '.ts' ? 'millrace-lazy-source' : 'millrace-lazy', 'module'],
        minify: true,
        legalComments: 'none',
        sourcemap: 'linked',
        sourcesContent: false,
        banner: { js: banner },
        alias: {
          'millrace-app': join(this.#folder, appModuleName),
          // Otherwise the bundle would contain a second copy of Millrace.
          millrace: join(root, 'lib', `index${extension}`),
        },
        external: [...unusedFiles, ...unusedPackages, ...(this.#options.external ?? [])],
        nodePaths: [...modulesAbove(this.#app.configFile), join(root, 'node_modules')],
        logLevel: 'silent',
      });
    } catch (error) {
      const reason = describeFailure(messageOf(error));
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `the function ${name} cannot be bundled with ${this.#app.configFile}: ${reason}`,
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
      const contents = isMap ? withoutLocalPath(file.text) : file.contents;
      writeFileSync(join(folder, basename(file.path)), contents);
    }
    const bytes = checkBundleSize(name, metafile, this.#options.bytesMax);
    return { folder, handler: 'index.handler', bytes, digest: hash.digest('hex') };
  }
}

/** Names the packages that are not installed, and how to install them; otherwise as it was said. */
function describeFailure(message: string): string {
  const missing = [...message.matchAll(/Could not resolve "((?:@[\w.-]+\/)?[\w-][\w.-]*)/g)];
  const names = [...new Set(missing.map(([, name]) => name))];
  if (names.length === 0) return message;
  return `packages are not installed: npm install --save-dev ${names.join(' ')}\n${message}`;
}

/** Returns the folders in which Node looks for the packages of the app. */
function modulesAbove(file: string): string[] {
  const folder = dirname(file);
  const here = join(folder, 'node_modules');
  return folder === dirname(folder) ? [here] : [here, ...modulesAbove(folder)];
}

/** Removes the path of the app's module on this machine from a source map. */
function withoutLocalPath(text: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  const sources = map.sources.map((source) =>
    basename(source) === appModuleName ? appModuleName : source,
  );
  return JSON.stringify({ ...map, sources });
}
