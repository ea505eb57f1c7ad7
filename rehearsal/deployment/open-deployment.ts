import type { Clock } from '../../lib/ports/clock.ts';
import type { AwsProxy } from '../aws-proxy/aws-proxy.ts';
import { AccessModel } from '../iam/access-model.ts';
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
import { openAccount } from './open-account.ts';
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
  /** How many functions the account may run at once. @default as many as it needs at least */
  readonly quota?: number;
}

/** Opens everything that the resources of an assembly need; creates none of them yet. */
export async function openDeployment(
  assembly: Assembly,
  proxy: AwsProxy,
  problems: Problems,
  { clock, speed, processesMax, quota, ...backendOptions }: DeploymentOptions,
): Promise<Deployment> {
  const resolution = new Resolution(assembly, { endpoint: proxy.url });
  const { account, region } = resolution.environment;
  const access = new AccessModel(resolution);
  const opened = await openAccount(resolution, access, quota);
  const { concurrency, alarms, logs, traces, identity, secrets, logins } = opened;
  const deliveryState: DeliveryState = {
    access,
    backends: await startBackends(resolution, { ...backendOptions, logins }),
    resourceIndex: new ResourceIndex(resolution),
    functions: new Map(),
    coverage: new Coverage(),
    problems,
    usedStatements: new Set(),
  };
  const { resourceIndex } = deliveryState;
  const deliveryDeps = createDeliveryDeps(deliveryState);
  const notifyingBuckets = new Set<string>();
  const callers = new ProxyCallers(proxy, region);
  const deployment: Deployment = {
    ...deliveryState,
    resolution,
    clock,
    speed,
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
    concurrency,
    alarms,
    logs,
    traces,
    standIns: new Set(),
  };
  nameStandIns(deployment);
  openProxy(deployment, secrets);
  deployment.eventBridge.start();
  for (const each of identity.functions) {
    deployment.functions.set(each.definition.arn, createRunningFunction(deployment, each));
  }
  return deployment;
}

/** Names what stands in for services outside of the templates. */
function nameStandIns({ identityProvider, traces, standIns }: Deployment): void {
  if (identityProvider !== null) {
    standIns.add('an identity provider on this machine logged people in');
  }
  if (traces !== null) {
    standIns.add('the layer of OpenTelemetry was an SDK that sent spans to this process');
  }
}
