/** The step of one round of a run, and what its effects mean for calls. Pure. */
import { type Effect, isCommand } from '../../engine/effect.ts';
import type { EngineEvent } from '../../engine/event.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import { findOpenTask } from '../../engine/task/open-task.ts';

/** The combined result of the events of one round. */
export interface RoundStep {
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEvent[];
  /** Id of the newest signal among the events; 0 without one. */
  readonly signalsSeen: number;
  /** Ids of the signals that answered a command which had already ended. */
  readonly signalsUnused: readonly number[];
}

/** The events that answer a command, or report that another worker has started it. */
const answerTypes: ReadonlySet<EngineEvent['type']> = new Set<EngineEvent['type']>([
  'commandSucceeded',
  'commandFailed',
  'commandStarted',
]);

/** Drops the calls that a later event of the same step has cancelled: they are never made. */
export function withoutCancelled(effects: readonly Effect[]): readonly Effect[] {
  const cancelled = findCancelled(effects);
  if (cancelled.size === 0) return effects;
  return effects.filter((effect) => !isCommand(effect) || !cancelled.has(effect.command));
}

/** Returns the commands that the effects cancel. */
export function findCancelled(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(effects.flatMap((e) => (e.type === 'cancel' ? [e.command] : [])));
}

/** An event about a command. */
export type AnsweringEvent = Extract<EngineEvent, { command: string }>;

/** Whether the event answers a command, or reports that another worker has started it. */
export function isAnswer(event: EngineEvent): event is AnsweringEvent {
  return 'command' in event && answerTypes.has(event.type);
}

/** Whether the event is the result of a command that has already ended. */
export function isTooLate(snapshot: Snapshot, event: EngineEvent): boolean {
  if (event.type !== 'commandSucceeded') return false;
  return findOpenTask(snapshot, event.command) === undefined;
}
