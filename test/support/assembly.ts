/** Assemblies for tests: folders as `cdk synth` writes them, from templates or by the CDK. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { onTestFinished } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { type Assembly, loadAssembly } from '../../rehearsal/template/assembly.ts';
import { Resolution } from '../../rehearsal/template/resolution.ts';

/** A template of a stack, or only its resources' types and properties. */
export type TestTemplate = Readonly<Record<string, Json>>;

/** Creates an empty folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-assembly-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Loads an assembly of stacks, each of which depends on those before it. */
export async function loadTemplates(templates: Readonly<Record<string, TestTemplate>>) {
  const folder = await temporaryFolder();
  const artifacts: Record<string, Json> = {};
  const before: string[] = [];
  for (const [name, template] of Object.entries(templates)) {
    await writeFile(join(folder, `${name}.template.json`), JSON.stringify(template));
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: `${name}.template.json` },
      dependencies: [...before],
    };
    before.push(name);
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  return loadAssembly(folder);
}

/** Loads an assembly of one stack, `Stack`, with these resources. */
export function loadStack(Resources: TestTemplate, more: TestTemplate = {}): Promise<Assembly> {
  return loadTemplates({ Stack: { Resources, ...more } });
}

/** Resolves one stack with these resources. */
export async function resolveStack(
  resources: TestTemplate,
  more: TestTemplate = {},
): Promise<Resolution> {
  return new Resolution(await loadStack(resources, more), { endpoint: 'http://127.0.0.1:4566' });
}

/** Synthesizes an app by the CDK and loads its assembly. */
export async function synthesizeApp(build: (app: App, cdk: typeof import('aws-cdk-lib')) => void) {
  const outdir = await temporaryFolder();
  const cdk = await import('aws-cdk-lib');
  const app = new cdk.App({ outdir, analyticsReporting: false });
  build(app, cdk);
  app.synth();
  return loadAssembly(outdir);
}
