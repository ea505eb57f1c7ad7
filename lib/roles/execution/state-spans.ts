import type { CommandEffect } from '../../engine/effect.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import {
  type Branch,
  type Done,
  isDone,
  listChildren,
  type Snapshot,
} from '../../engine/snapshot.ts';
import type { Span, Tracer } from '../../ports/tracer.ts';

/** A state that a branch is in. It is identified by the id of its entered event. */
interface OpenState {
  readonly name: string;
  /** Whether other states are in it: a Parallel or a Map. */
  isContainer: boolean;
  /** The state around it; 0 for a state of the machine itself. */
  readonly outer: number;
  /** Null until something of it is recorded. */
  span: Span | null;
  /** The states in it that are open. */
  readonly inner: Set<number>;
  /** The `traceparent` of its last call, which the next one links to: a retry. */
  lastCall: string | null;
}

/** The identity of the machine itself, around all states. */
const machineScope = 0;

/**
 * The spans of the states that one run passes through, and of their calls. They follow from the
 * history: each event names the one before it in its branch, so it is known which state it is in.
 *
 * A state that was entered in an earlier run has a second span, from its first event in this run.
 */
export class StateSpans {
  readonly #tracer: Tracer;
  readonly #run: Span;
  readonly #open = new Map<number, OpenState>();
  /** The state that follows an event in its branch, by the event's id. */
  readonly #scopes = new Map<number, number>();

  /** @param run the span of the run, around all states */
  constructor(tracer: Tracer, run: Span) {
    this.#tracer = tracer;
    this.#run = run;
  }

  /** Takes up the states that the snapshot is in. */
  resume({ root }: Snapshot): void {
    if (root !== null) this.#resume(root, machineScope);
  }

  /** Records what an event says about states. */
  record(event: HistoryEvent): void {
    const { id, type, timestamp, stateEnteredEventDetails, stateExitedEventDetails } = event;
    const scope = this.#scopes.get(event.previousEventId) ?? machineScope;
    if (stateEnteredEventDetails !== undefined) {
      this.#add(
        id,
        { name: stateEnteredEventDetails.name, isContainer: isOfContainer(type) },
        scope,
      );
      this.#spanOf(id, timestamp);
      this.#scopes.set(id, id);
    } else if (stateExitedEventDetails !== undefined) {
      const exited = this.#findAround(scope, ({ name }) => name === stateExitedEventDetails.name);
      this.#scopes.set(id, this.#open.get(exited)?.outer ?? machineScope);
      this.#end(exited, timestamp, null);
    } else if (containerEvents.has(type)) {
      const container = this.#findContainer(scope);
      this.#scopes.set(id, container);
      // What failed in it, or ran before a retry of it, does not run any more.
      if (!type.endsWith('Succeeded')) this.#endInner(container, timestamp, 'States.TaskFailed');
    } else {
      this.#scopes.set(id, scope);
    }
  }

  /** Starts the span of a call; it is a part of its state. */
  startCall(effect: CommandEffect): Span {
    const enteredId = Number.parseInt(effect.command, 10);
    const state = this.#open.get(enteredId);
    const span = this.#tracer.start({
      ...describeCall(effect),
      kind: 'client',
      parent: this.#spanOf(enteredId),
      links: state?.lastCall == null ? [] : [state.lastCall],
    });
    if (state !== undefined) state.lastCall = span.traceparent;
    return span;
  }

  /** Ends the spans of all states that are open. */
  endAll(error: string | null): void {
    for (const enteredId of [...this.#open.keys()]) this.#end(enteredId, undefined, error);
  }

  #resume(branch: Branch | Done, outer: number): void {
    if (isDone(branch)) {
      this.#scopes.set(branch.lastId, outer);
      return;
    }
    const { enteredId, lastId, state } = branch;
    if (enteredId === 0) {
      this.#scopes.set(lastId, outer);
      return;
    }
    const children = listChildren(branch);
    this.#add(enteredId, { name: state, isContainer: children !== undefined }, outer);
    this.#scopes.set(lastId, enteredId);
    for (const child of children ?? []) this.#resume(child, enteredId);
  }

  #add(enteredId: number, state: Pick<OpenState, 'name' | 'isContainer'>, outer: number): void {
    this.#open.set(enteredId, { ...state, outer, span: null, inner: new Set(), lastCall: null });
    this.#open.get(outer)?.inner.add(enteredId);
  }

  /** Returns the Parallel or Map that an event of its own, after one in `scope`, is about. */
  #findContainer(scope: number): number {
    const container = this.#findAround(scope, ({ isContainer }) => isContainer);
    const state = this.#open.get(scope);
    if (container !== machineScope || state === undefined) return container;
    // A snapshot does not tell of a state that waits for its retry whether it is one.
    state.isContainer = true;
    return scope;
  }

  /** Returns the innermost state at or around `scope` that matches. */
  #findAround(scope: number, matches: (state: OpenState) => boolean): number {
    for (let enteredId = scope; ; ) {
      const state = this.#open.get(enteredId);
      if (state === undefined || matches(state)) return enteredId;
      enteredId = state.outer;
    }
  }

  /** Returns the span of a state, or of the run; starts it when nothing of it was recorded yet. */
  #spanOf(enteredId: number, at?: number): Span {
    const state = this.#open.get(enteredId);
    if (state === undefined) return this.#run;
    state.span ??= this.#tracer.start({
      name: `state ${state.name}`,
      parent: this.#spanOf(state.outer, at),
      attributes: { 'millrace.state.name': state.name },
      ...(at !== undefined && { at }),
    });
    return state.span;
  }

  #end(enteredId: number, at: number | undefined, error: string | null): void {
    const state = this.#open.get(enteredId);
    if (state === undefined) return;
    this.#endInner(enteredId, at, error);
    this.#open.delete(enteredId);
    this.#open.get(state.outer)?.inner.delete(enteredId);
    state.span?.end({ ...(at !== undefined && { at }), ...(error !== null && { error }) });
  }

  #endInner(enteredId: number, at: number | undefined, error: string | null): void {
    for (const inner of this.#open.get(enteredId)?.inner ?? []) this.#end(inner, at, error);
  }
}

/** Events of a Parallel or Map itself that may follow an event of a state in it. */
const containerEvents: ReadonlySet<HistoryEvent['type']> = new Set<HistoryEvent['type']>([
  'ParallelStateStarted',
  'ParallelStateFailed',
  'ParallelStateSucceeded',
  'MapStateStarted',
  'MapStateFailed',
  'MapStateSucceeded',
]);

function isOfContainer(type: HistoryEvent['type']): boolean {
  return type.startsWith('Parallel') || type.startsWith('Map');
}

function describeCall(effect: CommandEffect) {
  if (effect.type !== 'invoke') {
    const { stateName } = effect.type === 'mapRun' ? effect.run : effect;
    return { name: `map run ${stateName}`, attributes: { 'millrace.state.name': stateName } };
  }
  const { resource, stateName, retryCount } = effect;
  return {
    name: `call ${resource}`,
    attributes: {
      'millrace.resource': resource,
      'millrace.state.name': stateName,
      'millrace.retry': retryCount,
    },
  };
}
