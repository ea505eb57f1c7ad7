/**
 * The topology as stacks: what must never be lost apart from what is changed every day. Only the
 * data's stack refuses to be deleted.
 */
import { type App, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { MillraceProps } from '../millrace-props.ts';
import { operatorEnvironment } from '../operator-environment.ts';
import { createTopology, type Topology } from '../topology.ts';

/** What the stacks are called, and what is in them. */
export interface MillraceStacksProps extends MillraceProps {
  /** What the names of all stacks begin with. @default millrace */
  readonly name?: string;
  /** Of every resource. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The stacks of one app, and the parts in them. */
export interface MillraceStacks extends Topology {
  readonly stacks: Readonly<
    Record<'data' | 'queues' | 'compute' | 'schedule' | 'observability', Stack>
  >;
}

/** Makes the stacks. */
export function createStacks(app: App, props: MillraceStacksProps): MillraceStacks {
  const { name = 'millrace', tags = {} } = props;
  const stack = (part: string, description: string, terminationProtection = false) =>
    new Stack(app, `${name}-${part}`, {
      description: `Millrace: ${description}`,
      terminationProtection,
    });
  const stacks = {
    data: stack('data', 'database, bucket, event bus', props.deletionProtection ?? true),
    queues: stack('queues', 'queues and their dead letters'),
    compute: stack('compute', 'functions'),
    schedule: stack('schedule', 'schedules and rules'),
    observability: stack('observability', 'alarms and dashboard'),
  };
  for (const [key, value] of Object.entries(tags)) Tags.of(app).add(key, value);
  const topology = createTopology({ ...stacks, namespace: name }, props);
  tellOutputs(stacks.observability, topology);
  return { stacks, ...topology };
}

/** What a person needs after a deploy. */
function tellOutputs(stack: Stack, topology: Topology): void {
  const { data, compute, observability } = topology;
  const { dashboardName } = observability.dashboard;
  const outputs = {
    Environment: [operatorEnvironment(topology), 'What the command line needs: env … npx millrace'],
    Bucket: [data.bucket.bucketName, 'Objects of the app; new ones may start batches'],
    EventBus: [data.bus.eventBusName, 'Asks for batches, and tells their ends'],
    ...(compute.api !== undefined && { ApiUrl: [compute.api.url.url, 'Requests are signed'] }),
    Dashboard: [
      `https://console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${dashboardName}`,
      'What to look at first',
    ],
  };
  for (const [id, [value = '', description = '']] of Object.entries(outputs)) {
    new CfnOutput(stack, id, { value, description });
  }
}
