import type { Millrace } from '../../app/millrace.ts';

/** The app whose roles a process runs: always the same one, or the newest, as `dev` has it. */
export interface RunningApp extends Pick<Millrace, 'start' | 'stop' | 'guardProcess'> {
  /** The app that answers now. */
  readonly current: Millrace;
}

/** Serves one app that stays as it is. */
export function toRunningApp(app: Millrace): RunningApp {
  return {
    current: app,
    start: (roles) => app.start(roles),
    stop: () => app.stop(),
    guardProcess: () => app.guardProcess(),
  };
}
