/** A thing whose changes a caller follows. */
export type LiveTopic =
  | { readonly kind: 'overview' | 'queues' | 'workers' | 'orders' | 'alerts' }
  | { readonly kind: 'batch'; readonly id: string }
  /** An execution by its id, or by its machine and name. */
  | { readonly kind: 'execution'; readonly id: string }
  | { readonly kind: 'execution'; readonly machineId: string; readonly name: string };

/** Reads whether things have changed, more cheaply than reading them. */
export interface ChangeQueries {
  /**
   * Returns a short text for each topic, in their order. It differs from an earlier one when the
   * topic has changed since; '' stands for a thing that does not exist. One statement, and no scan:
   * a topic `overview` changes with its batches, executions, workers and archive.
   */
  readFingerprints(topics: readonly LiveTopic[]): Promise<string[]>;
}
