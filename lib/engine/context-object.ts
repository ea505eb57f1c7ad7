/**
 * Builds the document that `$$` means: who the execution is, which state it is in, which item of a
 * Map it is at.
 */
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { ExecutionIdentity } from './execution-identity.ts';

/** What `$$` shows beside the execution's identity. Times are milliseconds since 1970. */
export interface ContextFacts {
  readonly startedAt: number;
  /** Undefined where there is no redrive: in an EXPRESS machine. */
  readonly redrives: number | undefined;
  readonly stateName: string;
  readonly enteredAt: number;
  /** Retries of this visit; undefined in a state that has none to speak of. */
  readonly retryCount: number | undefined;
  /** What outsiders answer the state's command with; undefined when nobody outside may. */
  readonly taskToken: string | undefined;
  /** The item of the innermost Map around the state; undefined outside of one. */
  readonly item: ContextItem | undefined;
}

/** `$$.Map.Item`. */
export interface ContextItem {
  readonly index: number;
  readonly value: Json;
}

/** The context object, its keys in Step Functions' order. */
export function contextObject(identity: ExecutionIdentity, facts: ContextFacts): JsonObject {
  const { item, taskToken, redrives } = facts;
  return {
    Execution: {
      Id: identity.arn,
      Input: identity.input,
      StartTime: isoTime(facts.startedAt),
      Name: identity.name,
      RoleArn: identity.roleArn,
      ...(redrives === undefined ? {} : { RedriveCount: redrives }),
    },
    StateMachine: { Id: identity.machineArn, Name: identity.machineName },
    State: stateFacts(facts),
    ...(taskToken === undefined ? {} : { Task: { Token: taskToken } }),
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}

function stateFacts({ stateName, enteredAt, retryCount }: ContextFacts): JsonObject {
  const state = { Name: stateName, EnteredTime: isoTime(enteredAt) };
  return retryCount === undefined ? state : { ...state, RetryCount: retryCount };
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
