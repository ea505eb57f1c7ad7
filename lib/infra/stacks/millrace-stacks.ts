import { type App, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { MillraceProps } from '../millrace-props.ts';
import { operatorEnvironment } from '../operator-environment.ts';
import { createTopology, type Topology } from '../topology.ts';

/** Props of {@link createStacks}. */
export interface MillraceStacksProps extends MillraceProps {
  /** Prefix of the names of the stacks. @default millrace */
  readonly name?: string;
  /** Tags of every resource. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The stacks of an app, and the constructs in them. */
export interface MillraceStacks extends Topology {
  readonly stacks: Readonly<
    Record<'data' | 'queues' | 'compute' | 'schedule' | 'observability', Stack>
  > & {
    /** Absent if the dashboard is not hosted. */
    readonly dashboard?: Stack;
  };
}

/**
 * Creates the topology as five stacks, and one for a hosted dashboard, so that data is separate
 * from what changes with each deploy. Only the stack with the data is protected from deletion.
 */
export function createStacks(app: App, props: MillraceStacksProps): MillraceStacks {
  const { name = 'millrace', tags = {} } = props;
  const stack = (part: string, description: string, terminationProtection = false) =>
    new Stack(app, `${name}-${part}`, {
      description: `Millrace: ${description}`,
      terminationProtection,
    });
  const stacks = {
    data: stack('data', 'database, bucket, event bus', props.deletionProtection ?? true),
    queues: stack('queues', 'queues and dead-letter queues'),
    compute: stack('compute', 'functions'),
    schedule: stack('schedule', 'schedules and rules'),
    ...(props.dashboard !== undefined && { dashboard: stack('dashboard', 'hosted dashboard') }),
    observability: stack('observability', 'alarms and dashboard'),
  };
  for (const [key, value] of Object.entries(tags)) Tags.of(app).add(key, value);
  const topology = createTopology({ ...stacks, namespace: name }, props);
  addOutputs(stacks.observability, topology);
  if (stacks.dashboard !== undefined) addDashboardOutputs(stacks.dashboard, topology);
  return { stacks, ...topology };
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
    Dashboard: [
      `https://console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${dashboardName}`,
      'Alarms and metrics',
    ],
  };
  for (const [id, [value = '', description = '']] of Object.entries(outputs)) {
    new CfnOutput(stack, id, { value, description });
  }
}

function addDashboardOutputs(stack: Stack, { dashboard }: Topology): void {
  if (dashboard === undefined) return;
  const { url, distribution } = dashboard;
  const outputs = {
    Url: [url, 'Address of the dashboard'],
    CallbackUrl: [`${url}auth/callback`, 'Redirect URI, to be registered at the identity provider'],
    DistributionDomain: [
      distribution.distributionDomainName,
      'Target of the DNS record of a domain of yours',
    ],
  };
  for (const [id, [value = '', description = '']] of Object.entries(outputs)) {
    new CfnOutput(stack, id, { value, description });
  }
}
