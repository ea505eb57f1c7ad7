/** What a picture of a machine shows of an execution or of a batch. */
import type { StateMark, StateMarks } from '../graph/state-mark.ts';
import type { VisitedState } from '../operations/execution-view/visited-states.ts';
import type { StateReport } from '../operations/figures/state-report.ts';

/** Marks the states that an execution has visited. */
export function markVisits(states: readonly VisitedState[]): StateMarks {
  return new Map(states.map((state) => [state.name, markVisit(state)]));
}

function markVisit({ succeeded, caught, failed, open, error }: VisitedState): StateMark {
  const visits = succeeded + caught + failed + open;
  const times = visits === 1 ? '' : ` ×${visits}`;
  if (open > 0) return { tone: 'running', text: `running${times}` };
  if (failed > 0) return { tone: 'failed', text: `${error ?? 'failed'}${times}` };
  if (caught > 0) return { tone: 'caught', text: `${error ?? 'failed'}, caught${times}` };
  return { tone: 'succeeded', text: `succeeded${times}` };
}

/** Marks the states that executions of a batch have entered, with their numbers. */
export function markCounts(states: readonly StateReport[]): StateMarks {
  return new Map(
    states.flatMap((state) => {
      const { name, entered, current, failed, caught } = state;
      return entered + current + failed + caught === 0 ? [] : [[name, markCount(state)] as const];
    }),
  );
}

function markCount({ entered, current, failed, caught, retried }: StateReport): StateMark {
  const counts = { entered, 'in it': current, failed, caught, retried };
  const text = Object.entries(counts)
    .flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []))
    .join(', ');
  if (failed > 0) return { tone: 'failed', text };
  if (current > 0) return { tone: 'running', text };
  return { tone: caught > 0 ? 'caught' : 'succeeded', text };
}
