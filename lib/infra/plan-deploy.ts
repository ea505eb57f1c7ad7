import { AuroraPostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import type { AppDescription } from '../config/app-description.ts';
import { selectStage } from '../config/deployment/select-stage.ts';
import { deploymentProps } from './deployment-props.ts';
import { infraDefaults } from './infra-defaults.ts';
import { planQueues } from './queue-plan.ts';

/**
 * Returns what the deploy of an app is going to need of the account, for its check by
 * `checkAccount`. Throws INVALID_CONFIGURATION as a synthesis does.
 */
export function planDeploy(app: AppDescription, stage: string | undefined) {
  const { account, region, zones, database, databaseNetwork, name } = selectStage(
    app.deployment ?? {},
    stage,
  );
  const props = deploymentProps(app, stage);
  const plans = planQueues(
    app.queues,
    props.queueOptions ?? {},
    props.workerConcurrency ?? infraDefaults.workerConcurrency,
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const { leader, archiver, api, dashboard } = infraDefaults;
  const concurrency = sum([
    ...plans.map(({ maxConcurrency }) => maxConcurrency),
    leader.concurrency,
    archiver.mapping * plans.length,
    props.api === false ? 0 : api.concurrency,
    props.dashboard === undefined ? 0 : dashboard.concurrency,
  ]);
  const engine = props.engineVersion ?? AuroraPostgresEngineVersion.VER_17_9;
  return {
    account: account ?? null,
    region,
    dataStack: `${name ?? 'millrace'}-data`,
    creates: {
      networks: database === undefined && databaseNetwork === undefined ? 1 : 0,
      clusters: database === undefined ? 1 : 0,
      instances: database === undefined ? 1 + (props.readers ?? 0) : 0,
    },
    actions: [
      ...(props.canary === true
        ? ['codedeploy:CreateApplication', 'codedeploy:CreateDeploymentGroup']
        : []),
      ...(props.dashboard === undefined
        ? []
        : ['cloudfront:CreateDistribution', 'cloudfront:CreateOriginAccessControl']),
    ],
    concurrency,
    reserves: props.reserveConcurrency ?? false,
    provisioned: sum(plans.map(({ provisionedConcurrency = 0 }) => provisionedConcurrency)),
    database:
      database === undefined
        ? {
            version: engine.auroraPostgresFullVersion,
            pauses: (props.minCapacity ?? infraDefaults.minCapacity) === 0,
            zones: zones ?? null,
          }
        : { cluster: database.clusterArn.split(':').at(-1) ?? '' },
  };
}
