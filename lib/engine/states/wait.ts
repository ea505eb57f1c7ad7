/**
 * Wait: blocks until a time. A time that has come already, or a wait of no seconds, does not block.
 */
import type { WaitState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json.ts';
import { compilePath, type JsonPath } from '../../asl/json-path.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { parseTimestamp } from '../../asl/timestamp.ts';
import { compileSelector, type Selector, select } from '../data-flow.ts';
import { durationMsMax } from '../limits.ts';
import type { Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Wait state. */
export interface WaitNode {
  readonly type: 'Wait';
  readonly name: string;
  readonly next: string | null;
  readonly inputPath: Selector;
  readonly outputPath: Selector;
  readonly until: Until;
}

type Until =
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'timestamp'; readonly text: string }
  | { readonly kind: 'secondsPath' | 'timestampPath'; readonly path: JsonPath };

/** Compiles a Wait state. */
export function compileWait(name: string, state: WaitState): WaitNode {
  return {
    type: 'Wait',
    name,
    next: state.Next ?? null,
    inputPath: compileSelector(state.InputPath),
    outputPath: compileSelector(state.OutputPath),
    until: compileUntil(state),
  };
}

function compileUntil(state: WaitState): Until {
  if (state.SecondsPath !== undefined) {
    return { kind: 'secondsPath', path: compilePath(state.SecondsPath) };
  }
  if (state.TimestampPath !== undefined) {
    return { kind: 'timestampPath', path: compilePath(state.TimestampPath) };
  }
  if (state.Timestamp !== undefined) return { kind: 'timestamp', text: state.Timestamp };
  return { kind: 'seconds', seconds: state.Seconds ?? 0 };
}

/** Runs it: blocked, or finished when there is nothing to wait for. */
export function runWait(visit: Visit, node: WaitNode): Step {
  const effective = select(node.inputPath, visit, visit.input);
  const until = instantOf(visit, node.until, effective);
  if (until > visit.turn.at) return { kind: 'blocked', doing: { kind: 'wait', until } };
  return finish(visit, node, effective);
}

/** What its timer leads to. */
export function endWait(visit: Visit, node: WaitNode): Step {
  return finish(visit, node, select(node.inputPath, visit, visit.input));
}

function finish(visit: Visit, node: WaitNode, effective: Json): Step {
  return { kind: 'finished', output: select(node.outputPath, visit, effective), next: node.next };
}

function instantOf(visit: Visit, until: Until, effective: Json): number {
  switch (until.kind) {
    case 'seconds':
      return visit.turn.at + Math.min(until.seconds * 1_000, durationMsMax);
    case 'timestamp':
      return parseTimestamp(until.text) ?? badTimestamp(until.text);
    case 'secondsPath': {
      const found = until.path.select(visit.evaluation(effective));
      return visit.turn.at + Math.min(secondsIn(found, until.path) * 1_000, durationMsMax);
    }
    case 'timestampPath':
      return timestampIn(until.path.select(visit.evaluation(effective)), until.path);
  }
}

function secondsIn(found: Json | undefined, { text }: JsonPath): number {
  if (found === undefined) {
    return runtimeFailure(`The SecondsPath parameter does not reference an input value: ${text}`);
  }
  if (typeof found !== 'number' || !Number.isInteger(found)) {
    return runtimeFailure(
      `The SecondsPath parameter cannot be parsed as a long value: ${text} == ${shown(found)}`,
    );
  }
  if (found < 0) {
    return runtimeFailure(
      `The SecondsPath parameter must not be negative: ${text} == ${shown(found)}`,
    );
  }
  return found;
}

function timestampIn(found: Json | undefined, { text }: JsonPath): number {
  if (found === undefined) {
    return runtimeFailure(`The TimestampPath parameter does not reference an input value: ${text}`);
  }
  const instant = typeof found === 'string' ? parseTimestamp(found) : undefined;
  if (instant !== undefined) return instant;
  return runtimeFailure(
    'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ' +
      `${text} == ${shown(found)}`,
  );
}

function badTimestamp(text: string): never {
  return runtimeFailure(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
  );
}

function runtimeFailure(cause: string): never {
  throw new StateError(ErrorName.runtime, cause);
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
