import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';

/** A kind of job that a Task waits for (`.sync`). */
export interface PolledJob {
  /** The parameter for the idempotency token; a value in the definition is kept. */
  readonly tokenField: string;
  /** Returns the call that describes the job just submitted; null if no job was started. */
  readonly describe: (submitted: JsonObject) => DescribeCall | null;
  /** Reads the state from the result of that call; null if it does not contain the job. */
  readonly readState: (described: JsonObject) => JobState | null;
}

/** A call that describes a job. */
export interface DescribeCall {
  readonly action: string;
  readonly parameters: JsonObject;
}

/** State of a job, with its description: the Task's result, or its cause. */
export interface JobState {
  readonly kind: 'running' | 'succeeded' | 'failed';
  readonly result: JsonObject;
}

/**
 * The supported jobs. Only services with an idempotency token are here: after a crash the same
 * request finds the same job again, and no table of jobs is needed. Keys are the part of the
 * `Resource` after `arn:aws:states:::`, without the pattern.
 */
export const polledJobs: ReadonlyMap<string, PolledJob> = new Map([
  [
    'athena:startQueryExecution',
    {
      tokenField: 'ClientRequestToken',
      describe: ({ QueryExecutionId = null }) => ({
        action: 'getQueryExecution',
        parameters: { QueryExecutionId },
      }),
      readState: (result) => {
        const state = at(result, 'QueryExecution', 'Status', 'State');
        return toJobState(result, state, state === 'QUEUED' || state === 'RUNNING');
      },
    },
  ],
  [
    'codebuild:startBuild',
    {
      tokenField: 'IdempotencyToken',
      describe: (submitted) => ({
        action: 'batchGetBuilds',
        parameters: { Ids: [at(submitted, 'Build', 'Id')] },
      }),
      readState: ({ Builds }) => {
        const Build = first(Builds);
        if (Build === null) return null;
        return toJobState({ Build }, Build.BuildStatus, Build.BuildStatus === 'IN_PROGRESS');
      },
    },
  ],
  [
    'ecs:runTask',
    {
      tokenField: 'ClientToken',
      describe: ({ Tasks }) => {
        const task = first(Tasks);
        if (task === null) return null;
        const parameters = { Cluster: task.ClusterArn ?? null, Tasks: [task.TaskArn ?? null] };
        return { action: 'describeTasks', parameters };
      },
      readState: ({ Tasks }) => {
        const task = first(Tasks);
        if (task === null) return null;
        if (task.LastStatus !== 'STOPPED') return { kind: 'running', result: task };
        return { kind: hasSucceeded(task) ? 'succeeded' : 'failed', result: task };
      },
    },
  ],
] satisfies [string, PolledJob][]);

function toJobState(result: JsonObject, state: Json | undefined, isRunning: boolean): JobState {
  if (isRunning) return { kind: 'running', result };
  return { kind: state === 'SUCCEEDED' ? 'succeeded' : 'failed', result };
}

/** Whether every container of the task has started and exited with 0. */
function hasSucceeded({ Containers }: JsonObject): boolean {
  if (!Array.isArray(Containers)) return false;
  return Containers.every((each: Json) => isObject(each) && each.ExitCode === 0);
}

function first(list: Json | undefined): JsonObject | null {
  const [element] = Array.isArray(list) ? list : [];
  return isObject(element) ? element : null;
}

function at(value: Json, ...path: readonly string[]): Json {
  return path.reduce<Json>((from, key) => (isObject(from) ? (from[key] ?? null) : null), value);
}
