import { connectStore } from '../../lib/app/compose/open-store.ts';
import { describeApp } from '../../lib/config/loading/describe-app.ts';
import { loadConfig } from '../../lib/config/loading/load-config.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { AwsProxy } from '../aws-proxy/aws-proxy.ts';
import { checkAssembly } from '../checks/check-assembly.ts';
import { formatTemplateProblem } from '../checks/template-problem.ts';
import { createResources } from '../deployment/create-resources.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { destroyDeployment } from '../deployment/destroy-deployment.ts';
import { openDeployment } from '../deployment/open-deployment.ts';
import { Problems } from '../deployment/problems.ts';
import { endPackage } from '../rehearse.ts';
import { ScenarioContext } from '../scenario/scenario-context.ts';
import { shortenSources } from '../scenario/source-excerpts.ts';
import { loadAssembly } from '../template/assembly.ts';

/** What a {@link RehearsedApp} works with. */
export interface RehearsedAppDeps {
  readonly folder: string;
  /** The path of the app's configuration. */
  readonly config: string;
  /** The PostgreSQL to use; null starts one. */
  readonly postgresUrl: string | null;
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
}

/** How many lines of the files of batches are read, and how long a batch may take. */
const rows = 300;
const batchMsMax = 900_000;

/** How many times faster than real time schedules run. */
const speed = 15;

/** An app that is deployed on this machine. */
export class RehearsedApp {
  readonly deployment: Deployment;
  readonly context: ScenarioContext;
  readonly #proxy: AwsProxy;

  private constructor(deployment: Deployment, context: ScenarioContext, proxy: AwsProxy) {
    this.deployment = deployment;
    this.context = context;
    this.#proxy = proxy;
  }

  /** Deploys the templates in a folder. @throws CONFLICT for what AWS would refuse */
  static async open(templates: string, deps: RehearsedAppDeps): Promise<RehearsedApp> {
    const { clock, interrupted, config, folder, postgresUrl } = deps;
    endPackage(templates);
    const app = await loadConfig(config, folder);
    const proxy = await AwsProxy.listen();
    const assembly = await loadAssembly(templates);
    const options = { clock, speed, postgresUrl, latencyMs: 0, processesMax: 2 };
    const deployment = await openDeployment(assembly, proxy, new Problems(), options);
    const description = await describeApp(config, folder);
    const batches = description.batches.map(({ name }) => name);
    const shared = { deployment, app, description, batches, clock, speed };
    const context = new ScenarioContext({ ...shared, batchMsMax, interrupted });
    const opened = new RehearsedApp(deployment, context, proxy);
    try {
      await opened.#create();
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** Returns the versions of the schema. */
  async readSchema(): Promise<{ readonly applied: number; readonly known: number }> {
    const url = this.deployment.backends.postgresUrl ?? '';
    const store = await connectStore({ driver: 'postgres', url, poolSize: 1, pooler: false });
    try {
      return (await store.inspect()).schema;
    } finally {
      await store.close();
    }
  }

  async close(): Promise<void> {
    await this.context.close();
    await destroyDeployment(this.deployment);
    await this.#proxy.close();
  }

  async #create(): Promise<void> {
    const { resolution, access } = this.deployment;
    const found = checkAssembly(resolution, access);
    if (found.length > 0) {
      throw new MillraceError('CONFLICT', found.map(formatTemplateProblem).join('\n'));
    }
    await createResources(this.deployment);
    await shortenSources(this.context, rows);
  }
}
