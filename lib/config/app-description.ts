import type { JsonObject } from '../asl/json/json.ts';
import type { MissedRule } from '../batch/schedule/due-occurrences.ts';
import type { DeploymentConfig } from './deployment-config.ts';

/** The triggers that start a batch: at AWS its services, elsewhere the leader. */
export interface BatchTriggers {
  /**
   * `cron(…)`, `rate(…)` or `at(…)` in the syntax of EventBridge Scheduler, or the five fields of
   * cron. @default no schedule
   */
  readonly schedule?: string;
  /** The time zone of `schedule`, and of `{date}` in paths and prefixes. @default UTC */
  readonly timeZone?: string;
  /**
   * What becomes of occurrences of `schedule` during which no leader ran: `last` starts the newest,
   * `none` skips them, `{ all: 5 }` starts up to 5, one after the other; 100 at most. EventBridge
   * misses none. @default 'last'
   */
  readonly onMissed?: MissedRule;
  /**
   * Each new object whose key has this prefix and suffix starts the batch, and is its source: an
   * object of the app's bucket, or one that arrives in the `inbox`. @default no object does
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
  /** The `output` of its option `results`. @default none is written */
  readonly resultOutput?: string;
}

/** A machine of the app. */
export interface MachineDescription {
  readonly id: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: JsonObject;
  /** The `Resource` of each Task that calls an AWS service, in order and without duplicates. */
  readonly awsResources: readonly string[];
  /** The packages of the SDK's clients that they need, without duplicates. @default [] */
  readonly clientPackages?: readonly string[];
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
