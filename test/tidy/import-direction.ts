import { type Import, importsOf } from './imports.ts';
import type { Problem, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

const core = ['errors', 'asl', 'engine', 'ports'];
const underConfig = [
  ...core,
  'check-shape',
  'retry',
  'test-state',
  'mocks',
  'batch',
  'roles',
  'drivers',
];
const underApp = [...underConfig, 'graph', 'config', 'operations'];
const underCli = [...core, 'retry', 'test-state', 'batch', 'graph', 'config', 'operations'];

/**
 * The layers that each layer may import besides itself. Drivers import neither roles nor one
 * another; nothing in `lib` imports the rehearsal.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  'check-shape': ['errors'],
  asl: ['errors'],
  engine: ['errors', 'asl'],
  graph: ['errors', 'asl'],
  ports: ['errors', 'asl', 'engine'],
  retry: core,
  batch: [...core, 'check-shape', 'retry'],
  'test-state': [...core, 'retry'],
  mocks: core,
  roles: [...core, 'retry', 'batch'],
  drivers: [...core, 'retry'],
  config: underConfig,
  operations: [...underConfig, 'graph', 'config'],
  app: underApp,
  index: [...underApp, 'app', 'api', 'server'],
  api: [...underApp, 'app'],
  'step-functions': [...underApp, 'app'],
  doctor: [...underApp, 'app'],
  testing: [...underApp, 'app'],
  migration: [...core, 'retry', 'drivers', 'config'],
  server: [...underApp, 'app', 'api', 'step-functions'],
  lambda: [...underApp, 'app', 'api', 'step-functions', 'server'],
  cli: [...underCli, 'app', 'api', 'step-functions', 'doctor', 'testing', 'migration', 'server'],
  functions: ['config', 'lambda'],
  infra: ['errors', 'config', 'server'],
  rehearsal: [...underApp, 'app', 'cli'],
  bin: ['errors', 'asl', 'config', 'testing', 'server', 'cli', 'infra', 'rehearsal'],
  dashboard: ['api', 'graph'],
};

/** SQL drivers share `sql/`, and all drivers share `shared/`; no other folder is shared. */
const sqlDrivers = new Set(['postgres', 'pglite', 'rds-data']);

/** Files that a layer may import from another layer whose other files it must not import. */
const onlyFiles: Readonly<Record<string, readonly string[]>> = {
  'infra config': [
    'lib/config/setting-sources.ts',
    'lib/config/event-names.ts',
    'lib/config/metric-names.ts',
    'lib/config/deployment/select-stage.ts',
    'lib/config/app-description.ts',
    'lib/config/deployment-config.ts',
  ],
  // What does not depend on sockets: the hosted dashboard has the same locks.
  'lambda server': [
    'lib/server/router.ts',
    'lib/server/http/arrived-request.ts',
    'lib/server/http/compression.ts',
    'lib/server/http/security-headers.ts',
    'lib/server/login/hosted-router.ts',
    'lib/server/login/oidc-settings.ts',
  ],
  'infra server': ['lib/server/http/security-headers.ts', 'lib/server/page/page-folder.ts'],
  'dashboard api': ['lib/api/contract/contract.ts', 'lib/api/contract/session.ts'],
};

/** Refuses imports that go up or sideways in the layers of docs/architecture.md. */
export const importDirection: Rule = {
  name: 'imports go down the layers',

  check: (files) => files.flatMap((file) => importsOf(file).flatMap((each) => judge(file, each))),

  catches: [
    { sources: { 'lib/asl/a.ts': "import { b } from '../engine/b.ts';" }, at: ['lib/asl/a.ts:1'] },
    {
      sources: { 'lib/ports/a.ts': "\nimport type { B } from '../roles/b.ts';" },
      at: ['lib/ports/a.ts:2'],
    },
    { sources: { 'lib/roles/a.ts': "import '../drivers/memory/b.ts';" }, at: ['lib/roles/a.ts:1'] },
    { sources: { 'lib/cli/a.ts': "import '../drivers/memory/b.ts';" }, at: ['lib/cli/a.ts:1'] },
    {
      sources: { 'lib/drivers/redis/a.ts': "import '../memory/b.ts';" },
      at: ['lib/drivers/redis/a.ts:1'],
    },
    {
      sources: { 'lib/drivers/memory/a.ts': "import '../sql/b.ts';" },
      at: ['lib/drivers/memory/a.ts:1'],
    },
    { sources: { 'lib/asl/a.ts': "import '../../test/asl/b.ts';" }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/graph/a.ts': "import '../engine/b.ts';" }, at: ['lib/graph/a.ts:1'] },
    { sources: { 'lib/app/a.ts': "await import('../cli/b.ts');" }, at: ['lib/app/a.ts:1'] },
    { sources: { 'lib/api/a.ts': "import '../server/b.ts';" }, at: ['lib/api/a.ts:1'] },
    { sources: { 'lib/lambda/a.ts': "import '../server/b.ts';" }, at: ['lib/lambda/a.ts:1'] },
    { sources: { 'lib/roles/b.ts': "import '../test-state/a.ts';" }, at: ['lib/roles/b.ts:1'] },
    { sources: { 'lib/infra/a.ts': "import '../config/env.ts';" }, at: ['lib/infra/a.ts:1'] },
    {
      sources: { 'lib/operations/a.ts': "import '../app/b.ts';" },
      at: ['lib/operations/a.ts:1'],
    },
    {
      sources: { 'lib/app/b.ts': "import '../../rehearsal/a.ts';" },
      at: ['lib/app/b.ts:1'],
    },
  ],

  permits: [
    { 'lib/engine/a.ts': "import '../asl/b.ts'; import './states/c.ts';" },
    { 'lib/drivers/pglite/a.ts': "import '../sql/b.ts'; import '../../ports/c.ts';" },
    { 'lib/app/a.ts': "import '../drivers/redis/b.ts'; import '../roles/c.ts';" },
    { 'test/asl/a.test.ts': "import '../../lib/drivers/memory/b.ts';" },
    { 'lib/server/a.ts': "import '../api/b.ts';", 'lib/cli/a.ts': "import '../server/b.ts';" },
    { 'lib/infra/a.ts': "import '../config/setting-sources.ts';" },
    { 'dashboard/src/a.ts': "import '../../lib/graph/b.ts';" },
    { 'lib/app/a.ts': "import manifest from '../../package.json' with { type: 'json' };" },
  ],
};

/** What goes with the program wherever it goes. */
const manifest = 'package.json';

function judge(file: SourceFile, { target, line }: Import): Problem[] {
  const from = layerOf(file.path);
  if (from === undefined || target === undefined || target === manifest) return [];
  const complain = (message: string) => [{ path: file.path, line, message }];
  const to = layerOf(target);
  if (to === undefined) {
    return complain(`${target} is not part of the program: move the code to lib/`);
  }
  if (from === 'drivers' && to === 'drivers') {
    return mayShare(driverOf(file.path), driverOf(target))
      ? []
      : complain(`a driver must not import another (${target}): share through a port, or shared/`);
  }
  if (from === to) return [];
  const only = onlyFiles[`${from} ${to}`];
  if (only !== undefined && !only.includes(target)) {
    return complain(`${from} may import only ${only.join(', ')} from ${to}, not ${target}`);
  }
  if (mayImport[from]?.includes(to)) return [];
  const allowed = mayImport[from]?.join(', ') || 'nothing';
  return complain(
    `${from} must not import ${target}, only ${allowed}: invert the dependency, or pass it in`,
  );
}

function mayShare(from: string | undefined, to: string | undefined): boolean {
  if (from === to || to === 'shared') return true;
  return to === 'sql' && from !== undefined && sqlDrivers.has(from);
}

/**
 * Returns the layer of a path; undefined for tests, benchmarks and examples, which may import
 * anything.
 */
function layerOf(path: string): string | undefined {
  const [top = '', second = ''] = path.split('/');
  const layer = top === 'lib' ? second.replace(/\.ts$/, '') : top;
  return layer in mayImport ? layer : undefined;
}

function driverOf(path: string): string | undefined {
  return path.split('/')[2];
}
