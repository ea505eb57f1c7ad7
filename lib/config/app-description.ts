/**
 * What the infrastructure has to know of an app: plain data, read off its configuration when the
 * topology is synthesised. Nothing of the app's own code runs in a template.
 */
import type { JsonObject } from '../asl/json/json.ts';
import type { DeploymentConfig } from './deployment-config.ts';

/** When a batch is started by itself. */
export interface BatchTriggers {
  /** `cron(…)` or `rate(…)` as EventBridge Scheduler reads them. Absent: by nothing. */
  readonly schedule?: string;
  /** The time zone of `schedule`. @default UTC */
  readonly timeZone?: string;
  /**
   * Started by each new object of the app's bucket whose key begins and ends so; the object is then
   * the batch's source. Absent: by none.
   */
  readonly onObject?: { readonly prefix?: string; readonly suffix?: string };
}

/** A batch of the app. */
export interface BatchDescription extends BatchTriggers {
  readonly name: string;
  readonly machine: string;
  /** The file of its source on this machine, which a deploy uploads; null when it has none. */
  readonly sourceFile: string | null;
  /** Where that file comes to lie in the app's bucket; null when there is none. */
  readonly sourceKey: string | null;
}

/** A machine of the app. */
export interface MachineDescription {
  readonly id: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: JsonObject;
  /** The `Resource` of each Task that calls something of AWS, in order, without repeats. */
  readonly awsResources: readonly string[];
}

/** See this file's head. */
export interface AppDescription {
  /** The configuration's own file: what the functions' bundles import. */
  readonly configFile: string;
  /** Queues and their weights, the heaviest first. */
  readonly queues: Readonly<Record<string, number>>;
  readonly machines: readonly MachineDescription[];
  readonly batches: readonly BatchDescription[];
  /** What the configuration says of its deployment. */
  readonly deployment?: DeploymentConfig;
}
