/** How each status of anything looks: a word, a tone, and the name of its icon. Pure. */

/** A colour of the theme with the meaning of a status. */
export type Tone = 'running' | 'succeeded' | 'failed' | 'timed-out' | 'retry' | 'waiting' | 'idle';

/** The icon of a status; the component that shows it knows the drawing. */
export type StatusIcon =
  | 'half'
  | 'check'
  | 'cross'
  | 'timer'
  | 'again'
  | 'moon'
  | 'circle'
  | 'stop'
  | 'pause'
  | 'shield'
  | 'archive'
  | 'alert'
  | 'info';

/** How a status looks. */
export interface StatusLook {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: StatusIcon;
}

const look = (word: string, tone: Tone, icon: StatusIcon): StatusLook => ({ word, tone, icon });

const looks: Readonly<Record<string, StatusLook>> = Object.freeze({
  // executions and batches
  PENDING: look('Pending', 'idle', 'circle'),
  RUNNING: look('Running', 'running', 'half'),
  SUCCEEDED: look('Succeeded', 'succeeded', 'check'),
  FAILED: look('Failed', 'failed', 'cross'),
  TIMED_OUT: look('Timed out', 'timed-out', 'timer'),
  ABORTED: look('Aborted', 'idle', 'stop'),
  PENDING_REDRIVE: look('Pending redrive', 'retry', 'again'),
  PAUSED: look('Paused', 'waiting', 'pause'),
  // visits of states
  WAITING: look('Waiting', 'waiting', 'moon'),
  RETRYING: look('Retrying', 'retry', 'again'),
  CAUGHT: look('Caught', 'retry', 'shield'),
  // tasks
  scheduled: look('Scheduled', 'waiting', 'moon'),
  pending: look('Pending', 'idle', 'circle'),
  active: look('Active', 'running', 'half'),
  waiting: look('Waiting', 'waiting', 'moon'),
  retry: look('Retry', 'retry', 'again'),
  succeeded: look('Succeeded', 'succeeded', 'check'),
  failed: look('Failed', 'failed', 'cross'),
  archived: look('Archived', 'failed', 'archive'),
  // orders
  DONE: look('Done', 'succeeded', 'check'),
  CANCELLED: look('Cancelled', 'idle', 'stop'),
  // workers
  alive: look('Alive', 'succeeded', 'check'),
  lost: look('Lost', 'failed', 'alert'),
  // severities
  critical: look('Critical', 'failed', 'alert'),
  error: look('Error', 'failed', 'alert'),
  warning: look('Warning', 'retry', 'alert'),
  info: look('Info', 'running', 'info'),
  ok: look('OK', 'succeeded', 'check'),
});

/** Returns how a status looks; one that this page does not know keeps its own word. */
export function statusLook(status: string): StatusLook {
  return Object.hasOwn(looks, status)
    ? (looks[status] as StatusLook)
    : look(status, 'idle', 'info');
}
