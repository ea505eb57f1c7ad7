import { Duration } from 'aws-cdk-lib';
import { MillraceError } from '../../errors.ts';
import { infraDefaults } from '../infra-defaults.ts';
import type { MillraceProps } from '../millrace-props.ts';
import type { QueuePlan } from '../queue-plan.ts';
import { capacityProblems } from './capacity-problems.ts';
import { triggerProblems } from './trigger-problems.ts';

/**
 * Checks the props for what AWS would refuse in the middle of a deploy, and for settings that would
 * lose or repeat work. Throws INVALID_CONFIGURATION, which lists every problem with its prop, what
 * was expected, what was found and what to do.
 */
export function checkProps(props: MillraceProps, plans: readonly QueuePlan[]): void {
  const problems = [
    ...unknownNames(props),
    ...plans.flatMap(planProblems),
    ...plans.flatMap((plan) => visibilityProblems(props, plan)),
    ...reserveProblems(props, plans),
    ...retentionProblems(props),
    ...provisionedProblems(props, plans),
    ...unusedProps(props),
    ...accessProblems(props),
    ...capacityProblems(props),
    ...triggerProblems(props),
  ];
  if (problems.length === 0) return;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the topology cannot be deployed like this:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    { fields: { problems: problems.length } },
  );
}

function unknownNames({ app, queueOptions = {}, triggers = {} }: MillraceProps): string[] {
  const queues = Object.keys(app.queues);
  const batches = app.batches.map(({ name }) => name);
  const unknown = (where: string, found: string[], known: string[]) =>
    found
      .filter((name) => !known.includes(name))
      .map((name) => `${where}.${name}: expected one of ${known.join(', ')}; correct the name`);
  return [
    ...unknown('queueOptions', Object.keys(queueOptions), queues),
    ...unknown('triggers', Object.keys(triggers), batches),
  ];
}

function planProblems(plan: QueuePlan): string[] {
  const { queue, batchSize, window, maxConcurrency, timeout, memorySize } = plan;
  const where = `queueOptions.${queue}`;
  const seconds = window.toSeconds();
  return [
    ...(isWhole(batchSize, 1, 10_000)
      ? []
      : [`${where}.batchSize: expected 1 to 10,000, found ${batchSize}`]),
    ...(isWhole(seconds, 0, 300)
      ? []
      : [`${where}.window: expected 0 to 300 whole seconds, found ${seconds} s`]),
    ...(batchSize > 10 && seconds < 1
      ? [`${where}: batches of ${batchSize} need a window of 1 s or more, found 0 s; set window`]
      : []),
    ...(isWhole(maxConcurrency, 2, 1_000)
      ? []
      : [`${where}.maxConcurrency: expected 2 to 1,000, found ${maxConcurrency}`]),
    ...(isWhole(timeout.toSeconds(), 10, 900)
      ? []
      : [`${where}.timeout: expected 10 s to 15 minutes, found ${timeout.toSeconds()} s`]),
    ...(isWhole(memorySize, 128, 10_240)
      ? []
      : [`${where}.memorySize: expected 128 to 10,240 MB, found ${memorySize}`]),
  ];
}

/** A message that becomes visible while it is processed is delivered, and processed, twice. */
function visibilityProblems({ queueProps = {} }: MillraceProps, plan: QueuePlan): string[] {
  const { visibilityTimeout } = queueProps;
  if (visibilityTimeout === undefined) return [];
  const { visibilityFactor } = infraDefaults;
  const found = visibilityTimeout.toSeconds();
  const needed = plan.timeout.toSeconds() * visibilityFactor + plan.window.toSeconds();
  if (found >= needed) return [];
  return [
    `queueProps.visibilityTimeout: the worker of ${plan.queue} needs ${needed} s ` +
      `(${visibilityFactor} × its timeout, and its window), found ${found} s; leave it out`,
  ];
}

/** Messages that are throttled use up their receives, and become dead letters without being run. */
function reserveProblems({ functionProps = {} }: MillraceProps, plans: readonly QueuePlan[]) {
  const { reservedConcurrentExecutions: reserved } = functionProps;
  if (reserved === undefined) return [];
  const { leader, archiver } = infraDefaults;
  const mappings: (readonly [string, number])[] = [
    ...plans.map(({ queue, maxConcurrency }) => [`worker of ${queue}`, maxConcurrency] as const),
    ['leader', leader.mapping],
    ['archiver', archiver.mapping * plans.length],
  ];
  return mappings
    .filter(([, concurrency]) => concurrency > reserved)
    .map(
      ([name, concurrency]) =>
        `functionProps.reservedConcurrentExecutions: the mappings of the ${name} run up to ` +
        `${concurrency} at once, found ${reserved}; leave it out, or lower maxConcurrency`,
    );
}

/** Lambda refuses to keep more environments started than a function may use. */
function provisionedProblems({ reserveConcurrency }: MillraceProps, plans: readonly QueuePlan[]) {
  if (reserveConcurrency !== true) return [];
  return plans.flatMap(({ queue, maxConcurrency, provisionedConcurrency = 0 }) =>
    provisionedConcurrency <= maxConcurrency
      ? []
      : [
          `queueOptions.${queue}.provisionedConcurrency: expected at most its maxConcurrency ` +
            `(${maxConcurrency}), which is reserved, found ${provisionedConcurrency}`,
        ],
  );
}

/** Settings of new resources would have no effect on existing ones. */
function unusedProps(props: MillraceProps): string[] {
  const { bucket, objectExpirations, cluster, vpc, zones } = props;
  const unused = (name: string, value: unknown, existing: string | false) =>
    value === undefined || existing === false
      ? []
      : [`${name}: has no effect on ${existing}, which is its owner's to change; leave it out`];
  return [
    ...unused(
      'objectExpirations',
      objectExpirations,
      bucket !== undefined && 'the existing bucket',
    ),
    ...unused('zones', zones, vpc !== undefined && 'the existing VPC'),
    ...unused('zones', zones, cluster !== undefined && 'the existing cluster'),
    ...unused('vpc', vpc, cluster !== undefined && 'the existing cluster'),
  ];
}

/** Whoever limits one API does not mean to leave the other open. */
function accessProblems({ apiAccess, stepFunctions = false }: MillraceProps): string[] {
  if (apiAccess === undefined || stepFunctions === false) return [];
  if (stepFunctions !== true && stepFunctions.access !== undefined) return [];
  return [
    "stepFunctions.access: expected the roles of callers of Step Functions' API, because " +
      'apiAccess limits those of the HTTP API, found none; add { access: … }',
  ];
}

/** A dead letter keeps the age that it had in its queue. */
function retentionProblems(props: MillraceProps): string[] {
  const queue = props.queueProps?.retentionPeriod ?? props.queueRetention;
  const dead = props.deadLetterQueueProps?.retentionPeriod ?? props.deadLetterRetention;
  const queueSeconds = (queue ?? infraDefaults.queueRetention).toSeconds();
  const deadSeconds = (dead ?? infraDefaults.deadLetterRetention).toSeconds();
  const most = Duration.days(14).toSeconds();
  return [
    ...(deadSeconds > most
      ? [`deadLetterRetention: expected at most 14 days, found ${inDays(deadSeconds)}`]
      : []),
    ...(deadSeconds <= queueSeconds
      ? [
          `deadLetterRetention: expected more than queueRetention (${inDays(queueSeconds)}), ` +
            `because a dead letter keeps its age, found ${inDays(deadSeconds)}; lengthen ` +
            'deadLetterRetention, or shorten queueRetention',
        ]
      : []),
  ];
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function inDays(seconds: number): string {
  return `${seconds / (24 * 60 * 60)} days`;
}
