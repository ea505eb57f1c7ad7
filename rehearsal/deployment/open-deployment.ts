import type { Clock } from '../../lib/ports/clock.ts';
import type { AwsProxy } from '../aws-proxy/aws-proxy.ts';
import { findDeployedFunctions } from '../checks/deployed-functions.ts';
import { AccessModel } from '../iam/access-model.ts';
import { standInForIssuer } from '../identity/stand-in.ts';
import { FunctionLogs } from '../runtime/function-logs.ts';
import { deliverToTarget } from '../sources/target-delivery.ts';
import type { Assembly } from '../template/assembly.ts';
import { Resolution } from '../template/resolution.ts';
import { startBackends } from './backends.ts';
import { Coverage } from './coverage.ts';
import { createDeliveryDeps, type DeliveryState } from './create-delivery-deps.ts';
import { createRunningFunction } from './create-running-function.ts';
import { CustomResources } from './custom-resources.ts';
import type { Deployment } from './deployment.ts';
import { EventBridge } from './event-bridge.ts';
import { openProxy } from './open-proxy.ts';
import type { Problems } from './problems.ts';
import { ProxyCallers } from './proxy-callers.ts';
import { ResourceIndex } from './resource-index.ts';

/** Options of {@link openDeployment}. */
export interface DeploymentOptions {
  readonly clock: Clock;
  /** The PostgreSQL to use; null starts one. */
  readonly postgresUrl: string | null;
  /** Latency added to every Data API call, in milliseconds. */
  readonly latencyMs: number;
  /** Maximum number of processes of one function at once. */
  readonly processesMax: number;
  /** How many times faster than real time `rate(…)` schedules run. */
  readonly speed: number;
  /** Texts that no log line may contain. */
  readonly secrets: readonly string[];
}

/** Opens everything that the resources of an assembly need; creates none of them yet. */
export async function openDeployment(
  assembly: Assembly,
  proxy: AwsProxy,
  problems: Problems,
  { clock, speed, processesMax, secrets, ...backendOptions }: DeploymentOptions,
): Promise<Deployment> {
  const resolution = new Resolution(assembly, { endpoint: proxy.url });
  const { account, region } = resolution.environment;
  const deliveryState: DeliveryState = {
    access: new AccessModel(resolution),
    backends: await startBackends(resolution, backendOptions),
    resourceIndex: new ResourceIndex(resolution),
    functions: new Map(),
    coverage: new Coverage(),
    problems,
    usedStatements: new Set(),
  };
  const { access, resourceIndex } = deliveryState;
  const deliveryDeps = createDeliveryDeps(deliveryState);
  const identity = await standInForIssuer(findDeployedFunctions(resolution));
  const notifyingBuckets = new Set<string>();
  const callers = new ProxyCallers(proxy, region);
  const deployment: Deployment = {
    ...deliveryState,
    resolution,
    clock,
    processesMax,
    proxy,
    callers,
    operator: callers.clientFor('operator', { kind: 'administrator', account }),
    eventBridge: new EventBridge({
      resolution,
      resourceIndex,
      access,
      clock,
      speed,
      problems,
      notifyingBuckets,
      deliver: (delivery) => deliverToTarget(delivery, deliveryDeps),
    }),
    identityProvider: identity.provider,
    customResources: await CustomResources.open(),
    pollers: new Map(),
    notifyingBuckets,
    cleanups: [],
    logs: new FunctionLogs(secrets),
    standIns: new Set(),
  };
  openProxy(deployment, identity);
  deployment.eventBridge.start();
  for (const each of identity.functions) {
    deployment.functions.set(each.definition.arn, createRunningFunction(deployment, each));
  }
  return deployment;
}
