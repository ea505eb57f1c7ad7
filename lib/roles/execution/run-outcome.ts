/** How a run of an execution ended. Its delivery is acknowledged unless it was released. */
export type RunOutcome = RunEnd & {
  /** Names the span of the run; absent without tracing. */
  readonly traceparent?: string;
};

type RunEnd =
  | { readonly kind: 'ended' }
  /** The execution sleeps; `dueInMs` is null when only a signal wakes it. */
  | { readonly kind: 'suspended'; readonly dueInMs: number | null }
  /** The execution was released unfinished: the worker that claims it next resumes it. */
  | { readonly kind: 'released' }
  /** Another worker holds the execution. */
  | { readonly kind: 'lost' };
