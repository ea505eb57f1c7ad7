import type { JsonObject } from '../asl/json/json.ts';
import type { DeploymentConfig } from './deployment-config.ts';

/** The triggers that start a batch on AWS. */
export interface BatchTriggers {
  /** `cron(…)` or `rate(…)` in the syntax of EventBridge Scheduler. @default no schedule */
  readonly schedule?: string;
  /** The time zone of `schedule`. @default UTC */
  readonly timeZone?: string;
  /**
   * Each new object of the app's bucket whose key has this prefix and suffix starts the batch, and
   * is its source. @default no object does
   */
  readonly onObject?: { readonly prefix?: string; readonly suffix?: string };
}

/** A batch of the app. */
export interface BatchDescription extends BatchTriggers {
  readonly name: string;
  readonly machine: string;
  /** The local file of its source, which a deploy uploads; null without one. */
  readonly sourceFile: string | null;
  /** The key of that file in the app's bucket; null without one. */
  readonly sourceKey: string | null;
}

/** A machine of the app. */
export interface MachineDescription {
  readonly id: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: JsonObject;
  /** The `Resource` of each Task that calls an AWS service, in order and without duplicates. */
  readonly awsResources: readonly string[];
}

/**
 * Describes an app to the infrastructure, as plain data that is read from its configuration when
 * the topology is synthesised. None of the app's own code ends up in a template.
 */
export interface AppDescription {
  /** The configuration file, which the bundles of the functions import. */
  readonly configFile: string;
  /** Weights by queue, the heaviest first. */
  readonly queues: Readonly<Record<string, number>>;
  readonly machines: readonly MachineDescription[];
  readonly batches: readonly BatchDescription[];
  /** The `deployment` of the configuration. */
  readonly deployment?: DeploymentConfig;
}
