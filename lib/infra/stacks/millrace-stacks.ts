import { type App, CfnOutput, type Stack, Tags } from 'aws-cdk-lib';
import { isProtected } from '../data/database-props.ts';
import type { MillraceProps } from '../millrace-props.ts';
import { operatorEnvironment } from '../operator-environment.ts';
import { pickDefined } from '../pick-defined.ts';
import { type CreateBundler, createTopology, type Topology } from '../topology.ts';
import { AppStack } from './app-stack.ts';
import { type ExistingResources, importResources } from './import-resources.ts';

/** Props of {@link createStacks}. */
export interface MillraceStacksProps extends MillraceProps {
  /** Prefix of the names of the stacks. @default millrace */
  readonly name?: string;
  /** The only account that is deployed to. @default that of the credentials */
  readonly account?: string;
  /** The only region that is deployed to. @default that of the credentials */
  readonly region?: string;
  /** Tags of every resource. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** Resources of the account that are used instead of new ones. @default {} */
  readonly existing?: ExistingResources;
  /** The folder of the built page of a hosted dashboard. @default that of this package */
  readonly pageFolder?: string;
}

/** The stacks of an app, and the constructs in them. */
export interface MillraceStacks extends Topology {
  readonly stacks: Readonly<Record<'data' | 'app', Stack>>;
}

/**
 * Creates the topology as two stacks, so that data is separate from what changes with each deploy.
 * Only the stack with the data is protected from deletion.
 *
 * The app refers to the data by exports, which CloudFormation neither changes nor deletes while
 * they are used: no deploy of the data leaves the app with names of what is gone. Everything else
 * that refers to each other is in one stack, and is replaced there in the right order.
 * @param createBundler @default the bundler with esbuild
 */
export function createStacks(
  app: App,
  props: MillraceStacksProps,
  createBundler?: CreateBundler,
): MillraceStacks {
  const { name = 'millrace', tags = {}, existing = {}, pageFolder } = props;
  const env = pickDefined(props, 'account', 'region');
  const data = new AppStack(app, `${name}-data`, {
    env,
    description: 'Millrace: database, bucket, event bus',
    terminationProtection: isProtected(props),
  });
  const rest = new AppStack(app, `${name}-app`, {
    env,
    description: 'Millrace: queues, functions, schedules, alarms',
  });
  for (const [key, value] of Object.entries(tags)) Tags.of(app).add(key, value);
  const scopes = {
    data,
    queues: rest,
    compute: rest,
    schedule: rest,
    observability: rest,
    namespace: name,
    ...(pageFolder !== undefined && { pageFolder }),
  };
  const topology = createTopology(
    scopes,
    { ...props, ...importResources(data, existing) },
    createBundler,
  );
  addOutputs(rest, topology);
  return { stacks: { data, app: rest }, ...topology };
}

/** Adds the outputs that operators need after a deploy. */
function addOutputs(stack: Stack, topology: Topology): void {
  const { data, compute, observability, operators } = topology;
  const { dashboardName } = observability.dashboard;
  const outputs = {
    Environment: [
      operatorEnvironment(topology),
      'Environment of the command line: env … npx millrace',
    ],
    OperatorPolicyArn: [
      operators.policy.managedPolicyArn,
      'Policy of people who use that environment; attach it to their role',
    ],
    Bucket: [data.bucket.bucketName, 'Sources of batches; new objects may start batches'],
    EventBus: [data.bus.eventBusName, 'Requests of batches, and ends of batches and executions'],
    ...(compute.api !== undefined && {
      ApiUrl: [compute.api.url.url, 'HTTP API; requests must be signed'],
    }),
    ...(compute.stepFunctions !== undefined && {
      StepFunctionsUrl: [
        compute.stepFunctions.url.url,
        "Step Functions' API; requests must be signed, for the service lambda",
      ],
    }),
    Metrics: [
      `https://console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${dashboardName}`,
      'Alarms and metrics',
    ],
    ...dashboardOutputs(topology),
  };
  for (const [id, [value = '', description = '']] of Object.entries(outputs)) {
    new CfnOutput(stack, id, { value, description });
  }
}

function dashboardOutputs({ dashboard }: Topology): Readonly<Record<string, readonly string[]>> {
  if (dashboard === undefined) return {};
  const { url, distribution } = dashboard;
  return {
    DashboardUrl: [url, 'Address of the dashboard'],
    CallbackUrl: [`${url}auth/callback`, 'Redirect URI, to be registered at the identity provider'],
    DistributionDomain: [
      distribution.distributionDomainName,
      'Target of the DNS record of a domain of yours',
    ],
  };
}
