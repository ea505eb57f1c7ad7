import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { DeployedFunction } from '../checks/deployed-functions.ts';
import { findRuntimeNode } from '../runtime/find-runtime-node.ts';
import { LambdaFunction } from '../runtime/lambda-function.ts';
import type { Resolution } from '../template/resolution.ts';
import type { Deployment } from './deployment.ts';
import { findReleases } from './function-releases.ts';
import { RunningFunction } from './running-function.ts';

/** How long after its timeout an invocation is killed, in milliseconds. */
const overtimeMs = 60_000;

/** Makes a function of the templates ready to be invoked; the first invocation starts a process. */
export function createRunningFunction(
  deployment: Deployment,
  deployed: DeployedFunction,
): RunningFunction {
  const { resolution, proxy, callers, clock, logs, coverage, problems } = deployment;
  const { definition, resource, roleArn } = deployed;
  const principal = { kind: 'role', roleArn, session: definition.name } as const;
  return new RunningFunction({
    deployed,
    release: findReleases(resolution).find(({ functionName }) => functionName === definition.name),
    createVersion: (version) =>
      new LambdaFunction({
        definition: version,
        region: resolution.environment.region,
        accessKeyId: callers.clientFor(resource.logicalId, principal).accessKeyId,
        endpoint: proxy.url,
        node: findRuntimeNode(version.runtime),
        processesMax: deployment.processesMax,
        tracesUrl: deployment.traces?.url ?? null,
        account: deployment.concurrency,
        overtimeMs,
        onLine: (line) => logs.add(version.name, line),
      }),
    asyncConfig: findAsyncConfig(resolution, definition.name),
    clock,
    logs,
    coverage,
    problems,
    callSqs: (action, request) => callers.callSqsAs(deployed, action, request),
    queueUrl: (arn) => findQueueUrl(resolution, arn),
  });
}

function findAsyncConfig(resolution: Resolution, functionName: string): JsonObject {
  const configs = resolution
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map((config) => resolution.propertiesOf(config));
  return configs.find((config) => String(config.FunctionName).endsWith(functionName)) ?? {};
}

function findQueueUrl(resolution: Resolution, arn: string): string {
  const queue = resolution.find('AWS::SQS::Queue', arn);
  return queue === undefined ? arn : resolution.nameOf(queue).ref;
}
