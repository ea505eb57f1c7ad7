import type { AppContext } from '../../operations/app-context.ts';

/** What the grouped commands of an app (`app.batches`, `app.tasks` …) are constructed from. */
export interface ResourceDeps {
  readonly context: AppContext;
  /** The context for what people look at: its store reads a replica where there is one. */
  readonly lists: AppContext;
  readonly roles: {
    /** Whether tasks sent from this process reach a worker now. */
    readonly reachesWorkers: boolean;
    /** Makes the leader of this process look for batches now, if there is one. */
    wakeLeader(): void;
  };
}
