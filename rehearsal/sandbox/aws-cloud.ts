import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { cdkWords } from '../../lib/cli/deploy/cdk-process.ts';
import { eventSource, eventTypes } from '../../lib/config/event-names.ts';
import { version } from '../../lib/config/version.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { writeRelease } from './changed-config.ts';
import type { RunCommand } from './run-command.ts';
import type { BatchEnd, SandboxCloud, SandboxRelease } from './sandbox-cloud.ts';

/** What an {@link AwsCloud} works with. */
export interface AwsCloudDeps {
  /** The prefix of the stacks' names. */
  readonly name: string;
  readonly folder: string;
  /** The path of the app's configuration. */
  readonly config: string;
  /** The command line of Millrace, as words after the path of Node. */
  readonly millrace: readonly string[];
  readonly clock: Clock;
  readonly run: RunCommand;
}

/** Time between two looks at what is awaited, in milliseconds. */
const pollMs = 10_000;

/** Maximum duration of a batch, and of the notification of an alarm, in milliseconds. */
const batchMsMax = 1_800_000;
const alarmMsMax = 120_000;

/**
 * An account of AWS, used as its owner would: by `cdk`, by the AWS command line, and by `millrace`
 * in the environment that the stack has as an output.
 */
export class AwsCloud implements SandboxCloud {
  readonly #deps: AwsCloudDeps;
  #outputs: Readonly<Record<string, string>> = {};

  constructor(deps: AwsCloudDeps) {
    this.#deps = deps;
  }

  async describe(): Promise<readonly string[]> {
    // Fails at once without credentials.
    await this.#aws('sts', 'get-caller-identity');
    const tool = (await this.#run('aws', ['--version'])).trim();
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'of the profile';
    return [`Millrace ${version}, Node ${process.version}, ${tool}`, `region ${region}`];
  }

  async deploy(release: SandboxRelease): Promise<string> {
    const { config } = this.#deps;
    const written = writeRelease(config, release);
    try {
      await this.#cdk('deploy', written.path, ['--require-approval', 'never', '--progress=events']);
    } finally {
      written.remove();
    }
    await this.#readOutputs();
    const names = Object.keys(this.#outputs);
    const missing = ['Environment', 'EventBus'].filter((name) => !names.includes(name));
    if (missing.length > 0) throw failure(`the stack has no output ${missing.join(', ')}`);
    return `outputs ${names.join(', ')}`;
  }

  async runBatch(batch: string): Promise<BatchEnd> {
    const id = randomUUID();
    const entry = {
      EventBusName: this.#outputs.EventBus,
      Source: eventSource,
      DetailType: eventTypes.batchRequested,
      Detail: JSON.stringify({ batch, id }),
    };
    const sent = await this.#aws('events', 'put-events', '--entries', JSON.stringify([entry]));
    if (Number(sent.FailedEntryCount) > 0)
      throw failure(`the bus refused the event: ${text(sent)}`);
    return await this.#waitFor(`the batch ${id} ends`, batchMsMax, async () => {
      const report = await this.#findBatch(id);
      const status = String(report?.status);
      if (report === null || ['RUNNING', 'PAUSED'].includes(status)) return null;
      return { status, succeeded: Number(report.succeeded), failed: Number(report.failed) };
    });
  }

  async soundAlarm(): Promise<string | null> {
    const { MetricAlarms } = await this.#aws(
      'cloudwatch',
      'describe-alarms',
      '--alarm-name-prefix',
      `${this.#deps.name}-app`,
    );
    const alarms = Array.isArray(MetricAlarms) ? MetricAlarms.filter(isObject) : [];
    const alarm = alarms.find(({ AlarmActions: all }) => Array.isArray(all) && all.length > 0);
    if (alarm === undefined) return null;
    const name = String(alarm.AlarmName);
    await this.#run('aws', [
      'cloudwatch',
      'set-alarm-state',
      '--alarm-name',
      name,
      '--state-value',
      'ALARM',
      '--state-reason',
      'a sandbox',
    ]);
    return await this.#waitFor('the alarm notifies its topic', alarmMsMax, async () => {
      const { AlarmHistoryItems } = await this.#aws(
        'cloudwatch',
        'describe-alarm-history',
        '--alarm-name',
        name,
        '--history-item-type',
        'Action',
        '--max-items',
        '5',
      );
      const [newest] = Array.isArray(AlarmHistoryItems) ? AlarmHistoryItems.filter(isObject) : [];
      const summary = String(newest?.HistorySummary ?? '');
      if (/^Failed/.test(summary)) throw failure(summary);
      return summary === '' ? null : summary;
    });
  }

  async recordNewerSchema(exists: boolean): Promise<void> {
    const { DATABASE_CLUSTER_ARN: cluster = '', DATABASE_NAME: database = '' } =
      this.#environment();
    const { DBClusters } = await this.#aws(
      'rds',
      'describe-db-clusters',
      '--db-cluster-identifier',
      cluster,
    );
    const [found] = Array.isArray(DBClusters) ? DBClusters.filter(isObject) : [];
    const secret = isObject(found?.MasterUserSecret) ? found.MasterUserSecret.SecretArn : '';
    const sql = exists
      ? `INSERT INTO millrace.schema_migrations (version, name) VALUES (9999, 'sandbox')`
      : `DELETE FROM millrace.schema_migrations WHERE version = 9999`;
    await this.#run('aws', [
      'rds-data',
      'execute-statement',
      '--resource-arn',
      cluster,
      '--secret-arn',
      String(secret),
      '--database',
      database,
      '--sql',
      sql,
    ]);
  }

  async readSchema(): Promise<{ readonly applied: number; readonly known: number }> {
    const printed = await this.#millrace('doctor', '--json');
    const found = /schema[^"]*"[^}]*?version (\d+)(?:[^}]*?newest is (\d+))?/.exec(printed);
    if (found === null) throw failure(`doctor did not find the schema: ${printed}`);
    return { applied: Number(found[1]), known: Number(found[2] ?? found[1]) };
  }

  async destroy(): Promise<readonly string[]> {
    const { name, config } = this.#deps;
    await this.#cdk('destroy', config, ['--force']);
    const stacks = `Values=${name}-data,${name}-app`;
    const { ResourceTagMappingList: left } = await this.#aws(
      'resourcegroupstaggingapi',
      'get-resources',
      '--tag-filters',
      `Key=aws:cloudformation:stack-name,${stacks}`,
    );
    return (Array.isArray(left) ? left : []).filter(isObject).map((each) => {
      return String(each.ResourceARN);
    });
  }

  async close(): Promise<void> {}

  async #cdk(action: 'deploy' | 'destroy', config: string, more: readonly string[]): Promise<void> {
    const { folder, name } = this.#deps;
    const words = ['-c', `name=${name}`, '-c', 'retain=false', ...more];
    const [cdk = '', , ...rest] = cdkWords({ folder, config, words });
    await this.#run(process.execPath, [cdk, action, ...rest]);
  }

  async #readOutputs(): Promise<void> {
    const { Stacks } = await this.#aws(
      'cloudformation',
      'describe-stacks',
      '--stack-name',
      `${this.#deps.name}-app`,
    );
    const [stack] = Array.isArray(Stacks) ? Stacks.filter(isObject) : [];
    const outputs = Array.isArray(stack?.Outputs) ? stack.Outputs.filter(isObject) : [];
    this.#outputs = Object.fromEntries(
      outputs.map(({ OutputKey, OutputValue }) => [String(OutputKey), String(OutputValue)]),
    );
  }

  /** Null until the leader has started it. */
  async #findBatch(id: string): Promise<JsonObject | null> {
    try {
      const report: unknown = JSON.parse(await this.#millrace('batch', 'get', id, '--json'));
      return isObject(report) ? report : null;
    } catch (error) {
      if (error instanceof MillraceError && error.message.includes('UNKNOWN_BATCH')) return null;
      throw error;
    }
  }

  #millrace(...words: readonly string[]): Promise<string> {
    const { millrace, run } = this.#deps;
    const all = [...millrace, ...words];
    return run({ program: process.execPath, words: all, variables: this.#environment() });
  }

  /** The output is `NAME='value' …`, for a shell. */
  #environment(): Record<string, string> {
    const pairs = (this.#outputs.Environment ?? '').matchAll(/(\w+)='([^']*)'/g);
    return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value]));
  }

  async #aws(...words: readonly string[]): Promise<JsonObject> {
    const printed = await this.#run('aws', [...words, '--output', 'json']);
    const value: unknown = printed.trim() === '' ? {} : JSON.parse(printed);
    return isObject(value) ? value : {};
  }

  #run(program: string, words: readonly string[]): Promise<string> {
    return this.#deps.run({ program, words });
  }

  async #waitFor<Found>(
    what: string,
    timeoutMs: number,
    find: () => Promise<Found | null>,
  ): Promise<Found> {
    const { clock } = this.#deps;
    const deadline = clock.now() + timeoutMs;
    for (;;) {
      const found = await find();
      if (found !== null) return found;
      if (clock.now() > deadline) throw failure(`timed out waiting until ${what}`);
      await pause(clock, pollMs);
    }
  }
}

function text(value: JsonObject): string {
  return JSON.stringify(value);
}

function failure(reason: string): MillraceError {
  return new MillraceError('CONFLICT', reason);
}
