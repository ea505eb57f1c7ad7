/**
 * A topology with empty bundles, for tests of constructs that do not depend on what is in a bundle:
 * bundling takes most of the time of a synthesis.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { vi } from 'vitest';
import type { FunctionBundler } from '../../lib/infra/bundling/bundler.ts';
import type { MillraceProps } from '../../lib/infra/millrace-props.ts';
import { createTopology, type Topology } from '../../lib/infra/topology.ts';

/**
 * Creates the constructs of an app below the construct `Millrace` of a stack.
 * @param pageFolder the page of a hosted dashboard
 */
export function createTestTopology(
  stack: Stack,
  props: MillraceProps,
  pageFolder?: string,
): Topology {
  // Loading the CDK's rules of CloudFormation takes seconds: the tests of stacks apply them.
  vi.stubEnv('CDK_VALIDATION', 'false');
  const scope = new Construct(stack, 'Millrace');
  const scopes = {
    data: scope,
    queues: scope,
    compute: scope,
    schedule: scope,
    observability: scope,
    namespace: 'test',
    ...(pageFolder !== undefined && { pageFolder }),
  };
  return createTopology(scopes, props, createEmptyBundler);
}

/** Creates a bundler whose bundles all have the same empty handler. */
export function createEmptyBundler(): FunctionBundler {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-empty-'));
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = () => {};\n');
  return {
    bundle: () => ({ folder, handler: 'index.handler', bytes: 33, digest: 'digest' }),
    close: () => rmSync(folder, { recursive: true }),
  };
}
