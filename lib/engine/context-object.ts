/** The context object, `$$`: the execution, its machine, the current state and Map item. */
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { ExecutionIdentity } from './execution-identity.ts';

/** The contents of `$$` that the execution's identity lacks. Times are milliseconds since 1970. */
export interface ContextFacts {
  readonly startedAt: number;
  /** Undefined in an EXPRESS machine, which cannot be redriven. */
  readonly redrives: number | undefined;
  readonly stateName: string;
  readonly enteredAt: number;
  /** Number of retries in this visit; undefined in a state type that has no retriers. */
  readonly retryCount: number | undefined;
  /** Token for answering the state's command from outside; undefined without one. */
  readonly taskToken: string | undefined;
  /** The item of the innermost Map around the state; undefined outside of one. */
  readonly item: ContextItem | undefined;
}

/** `$$.Map.Item`. */
export interface ContextItem {
  readonly index: number;
  readonly value: Json;
}

/** Creates the context object, its keys in Step Functions' order. */
export function createContextObject(identity: ExecutionIdentity, facts: ContextFacts): JsonObject {
  const { item, taskToken, redrives } = facts;
  return {
    Execution: {
      Id: identity.arn,
      Input: identity.input,
      StartTime: toIsoTime(facts.startedAt),
      Name: identity.name,
      RoleArn: identity.roleArn,
      ...(redrives === undefined ? {} : { RedriveCount: redrives }),
    },
    StateMachine: { Id: identity.machineArn, Name: identity.machineName },
    State: createStateContext(facts),
    ...(taskToken === undefined ? {} : { Task: { Token: taskToken } }),
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}

function createStateContext({ stateName, enteredAt, retryCount }: ContextFacts): JsonObject {
  const state = { Name: stateName, EnteredTime: toIsoTime(enteredAt) };
  return retryCount === undefined ? state : { ...state, RetryCount: retryCount };
}

function toIsoTime(at: number): string {
  return new Date(at).toISOString();
}
