import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { machineClock } from '../lib/app/machine-clock.ts';
import { readEnv } from '../lib/config/env.ts';
import { loadConfig } from '../lib/config/loading/load-config.ts';
import { AwsProxy } from './aws-proxy/aws-proxy.ts';
import { openDeployment } from './deployment/open-deployment.ts';
import { type RehearsalOptions, RehearsalRun } from './rehearsal-run.ts';
import type { RehearsalReport } from './report/report.ts';
import { loadAssembly } from './template/assembly.ts';

/**
 * Rehearses a deployment: deploys the templates on this machine, has the app's batches started by
 * what starts them on AWS, and reports what worked and what was not exercised. Throws when it
 * cannot begin (no templates, no configuration), and STOPPED when it was interrupted.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const assembly = await loadAssembly(resolve(options.folder, options.assembly));
  endPackage(assembly.folder);
  const app = await loadConfig(options.config, options.folder);
  const proxy = await AwsProxy.listen();
  const settings = {
    speed: 15,
    latencyMs: 0,
    processesMax: 2,
    rows: 2_000,
    clock: machineClock,
    ...options,
  };
  const run = new RehearsalRun(settings, app);
  try {
    const deployment = await openDeployment(assembly, proxy, run.problems, {
      ...settings,
      postgresUrl: readEnv().postgresUrl ?? null,
    });
    return await run.execute(deployment);
  } finally {
    await proxy.close();
  }
}

/**
 * Ends the package that the templates' folder is below. On Lambda nothing surrounds an asset, so
 * the `.js` files of the CDK's own functions are CommonJS there, also in an app of ES modules.
 */
export function endPackage(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{}\n');
}
