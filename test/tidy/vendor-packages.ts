import { importsOf } from './imports.ts';
import type { Rule } from './rule.ts';
import { isIn } from './source-file.ts';

/**
 * The folders or files that may import each package. A new package needs an entry here and a reason
 * in docs/architecture.md.
 */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@aws-lambda-powertools/logger': ['lib/drivers/powertools'],
  '@aws-lambda-powertools/metrics': ['lib/drivers/powertools'],
  '@aws-sdk/client-ec2': ['lib/drivers/aws-account'],
  '@aws-sdk/client-eventbridge': ['lib/drivers/eventbridge'],
  '@aws-sdk/client-rds-data': ['lib/drivers/rds-data'],
  '@aws-sdk/client-s3': ['lib/drivers/s3'],
  '@aws-sdk/client-scheduler': ['lib/drivers/scheduler'],
  '@aws-sdk/client-secrets-manager': ['lib/drivers/secrets-manager'],
  '@aws-sdk/client-service-quotas': ['lib/drivers/aws-account'],
  '@aws-sdk/client-sts': ['lib/drivers/aws-account'],
  '@aws-sdk/client-ssm': ['lib/drivers/aws-account'],
  '@aws-sdk/client-rds': ['lib/drivers/aws-account'],
  '@aws-sdk/client-iam': ['lib/drivers/aws-account'],
  '@aws-sdk/client-lambda': ['lib/drivers/aws-account'],
  /** The caller that the rehearsal plays. */
  '@aws-sdk/client-sfn': ['rehearsal/scenario'],
  '@aws-sdk/client-sqs': ['lib/drivers/sqs'],
  '@electric-sql/pglite': ['lib/drivers/pglite'],
  '@opentelemetry/api': ['lib/drivers/opentelemetry'],
  '@opentelemetry/exporter-trace-otlp-http': ['lib/drivers/opentelemetry'],
  '@opentelemetry/resources': ['lib/drivers/opentelemetry'],
  '@opentelemetry/sdk-trace-node': ['lib/drivers/opentelemetry'],
  '@upstash/redis': ['lib/drivers/redis'],
  'aws-cdk-lib': ['lib/infra', 'bin'],
  'aws-lambda': ['lib/lambda'],
  'cdk-nag': ['lib/infra', 'bin'],
  commander: ['lib/cli', 'rehearsal'],
  constructs: ['lib/infra'],
  'csv-parse': ['lib/batch/sources'],
  esbuild: ['lib/infra', 'bin'],
  fauxqs: ['rehearsal'],
  hono: ['lib/api'],
  jiti: ['lib/config'],
  jose: ['lib/server/login', 'rehearsal'],
  jsonata: ['lib/asl/jsonata'],
  /** The app that a function runs; the bundler resolves this name. */
  'millrace-app': ['functions'],
  pg: ['lib/drivers/postgres', 'rehearsal'],
  'prom-client': ['lib/drivers/prometheus'],
  re2js: ['lib/asl/jsonata'],
  redis: ['lib/drivers/redis'],
  yaml: ['lib/asl', 'lib/migration'],
  zod: ['lib/check-shape.ts', 'lib/batch', 'lib/config', 'lib/lambda', 'lib/api', 'lib/testing'],
};

/** Refuses imports of a package elsewhere, so that it can be replaced in one place. */
export const vendorPackages: Rule = {
  name: 'a vendor package stays in its folder',

  check: (files) =>
    files
      .filter((file) => isIn(file.path, 'lib', 'functions', 'bin', 'rehearsal'))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ target, specifier }) => target === undefined && !specifier.startsWith('node:'))
          .map(({ specifier, line }) => ({ line, name: packageOf(specifier) }))
          .filter(({ name }) => !isAtHome(file.path, name))
          .map(({ name, line }) => ({ path: file.path, line, message: describeHome(name) })),
      ),

  catches: [
    { sources: { 'lib/roles/a.ts': "import pg from 'pg';" }, at: ['lib/roles/a.ts:1'] },
    {
      sources: { 'lib/app/a.ts': "\nimport { parse } from 'csv-parse/sync';" },
      at: ['lib/app/a.ts:2'],
    },
    {
      sources: { 'lib/ports/a.ts': "import type { PGlite } from '@electric-sql/pglite';" },
      at: ['lib/ports/a.ts:1'],
    },
    { sources: { 'lib/asl/a.ts': "await import('left-pad');" }, at: ['lib/asl/a.ts:1'] },
    { sources: { 'lib/asl/a.ts': "import fs from 'fs';" }, at: ['lib/asl/a.ts:1'] },
  ],

  permits: [
    { 'lib/drivers/postgres/a.ts': "import pg from 'pg';" },
    { 'lib/batch/sources/a.ts': "import { parse } from 'csv-parse';" },
    { 'lib/drivers/system/a.ts': "import { open } from 'node:fs/promises';" },
    { 'lib/check-shape.ts': "import * as z from 'zod';" },
    { 'test/drivers/a.test.ts': "import pg from 'pg';" },
  ],
};

/** Whether the file may import the package; a home is a folder or a file. */
function isAtHome(path: string, name: string): boolean {
  const allowed = homes[name] ?? [];
  return isIn(path, ...allowed) || allowed.includes(path);
}

function packageOf(specifier: string): string {
  // A name in `imports` of package.json is that of the package behind it.
  const [first = '', second = ''] = specifier.replace(/^#/, '').split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

function describeHome(name: string): string {
  const home = homes[name];
  return home === undefined
    ? `${name} may not be imported anywhere yet: add it to this rule (built-in modules start with node:)`
    : `${name} may only be imported in ${home.join(' or ')}: use a port`;
}
