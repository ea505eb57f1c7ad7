import type { EnqueuedExecution } from '../../operations/enqueue/enqueue.ts';
import {
  cancelExecution,
  type ExecutionDetails,
  getExecution,
  getExecutionHistory,
  type HistoryPage,
  type HistoryRequest,
  listExecutions,
  redriveExecution,
  type StartRequest,
  startExecution,
} from '../../operations/executions.ts';
import { type WaitOptions, waitForExecution } from '../../operations/wait-for-end.ts';
import type { ExecutionFilter } from '../../ports/store/execution-queries.ts';
import type { ExecutionRecord, ExecutionSummary } from '../../ports/store/execution-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The executions of an app: `app.executions`. An execution is named by id, or `machine:name`. */
export class Executions {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists executions, newest first. */
  list(
    filter: ExecutionFilter = {},
    page: PageRequest = { limit: 100 },
  ): Promise<Page<ExecutionSummary>> {
    return listExecutions(this.#deps.context, filter, page);
  }

  /** Returns one execution with its input and output; throws UNKNOWN_EXECUTION. */
  get(name: string): Promise<ExecutionDetails> {
    return getExecution(this.#deps.context, name);
  }

  /**
   * Starts an execution, which is not retried when it fails; a name starts it once. Throws
   * EXECUTION_EXISTS when the name was used with another input, UNKNOWN_MACHINE, INVALID_ARGUMENT
   * or PAYLOAD_TOO_LARGE.
   */
  start(request: StartRequest): Promise<EnqueuedExecution> {
    return startExecution(this.#deps.context, request);
  }

  /** Returns the history, oldest event first, page by page; throws UNKNOWN_EXECUTION. */
  history(name: string, request: HistoryRequest = { limit: 1_000 }): Promise<HistoryPage> {
    return getExecutionHistory(this.#deps.context, name, request);
  }

  /**
   * Stops an execution, whichever worker runs it; it ends ABORTED. Throws UNKNOWN_EXECUTION, or
   * CONFLICT when it has ended.
   */
  cancel(name: string): ReturnType<typeof cancelExecution> {
    return cancelExecution(this.#deps.context, name);
  }

  /**
   * Runs an execution again that did not succeed, from the state that failed. Throws
   * UNKNOWN_EXECUTION or CONFLICT.
   */
  redrive(name: string): ReturnType<typeof redriveExecution> {
    return redriveExecution(this.#deps.context, name);
  }

  /** Waits until an execution, named by its id, has ended; null when the store does not have it. */
  wait(id: string, options?: WaitOptions): Promise<ExecutionRecord | null> {
    return waitForExecution(this.#deps.context, id, options);
  }
}
