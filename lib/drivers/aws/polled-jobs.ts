/**
 * Jobs that a Task waits for (`.sync`): how each is asked for once, however often it is asked, and
 * how its end is seen. Only services that take a token of idempotency are here: after a crash the
 * same request finds the same job again, and no table of jobs is kept. Pure.
 */
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';

/** How a job is followed. */
export interface PolledJob {
  /** The parameter that takes the token; one that the definition gives is kept. */
  readonly tokenField: string;
  /** The call that tells of the job which `submitted` answers; null when none was started. */
  readonly describe: (submitted: JsonObject) => Description | null;
  /** What that call has told; null when it says nothing of the job. */
  readonly stateOf: (described: JsonObject) => JobState | null;
}

/** A call that tells of a job. */
export interface Description {
  readonly action: string;
  readonly parameters: JsonObject;
}

/** Where a job stands, and the result or the cause of the Task when it has ended. */
export interface JobState {
  readonly kind: 'running' | 'succeeded' | 'failed';
  readonly told: JsonObject;
}

/** By what stands in the `Resource` after `arn:aws:states:::`, without the pattern. */
export const polledJobs: ReadonlyMap<string, PolledJob> = new Map([
  [
    'athena:startQueryExecution',
    {
      tokenField: 'ClientRequestToken',
      describe: ({ QueryExecutionId = null }) => ({
        action: 'getQueryExecution',
        parameters: { QueryExecutionId },
      }),
      stateOf: (told) => {
        const state = at(told, 'QueryExecution', 'Status', 'State');
        return judged(told, state, state === 'QUEUED' || state === 'RUNNING');
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
      stateOf: ({ Builds }) => {
        const Build = first(Builds);
        if (Build === null) return null;
        return judged({ Build }, Build.BuildStatus, Build.BuildStatus === 'IN_PROGRESS');
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
      stateOf: ({ Tasks }) => {
        const task = first(Tasks);
        if (task === null) return null;
        if (task.LastStatus !== 'STOPPED') return { kind: 'running', told: task };
        return { kind: exitedWell(task) ? 'succeeded' : 'failed', told: task };
      },
    },
  ],
] satisfies [string, PolledJob][]);

function judged(told: JsonObject, state: Json | undefined, isRunning: boolean): JobState {
  if (isRunning) return { kind: 'running', told };
  return { kind: state === 'SUCCEEDED' ? 'succeeded' : 'failed', told };
}

/** Every container of the task has started, and ended with 0. */
function exitedWell({ Containers }: JsonObject): boolean {
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
