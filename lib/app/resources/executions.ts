import type { EnqueuedExecution } from '../../operations/enqueue/enqueue.ts';
import { toValues } from '../../operations/execution-details.ts';
import { answerTask, type TaskAnswer } from '../../operations/execution-view/answer-task.ts';
import {
  type DocumentRequest,
  type DocumentText,
  type LargeDocument,
  readDocument,
} from '../../operations/execution-view/documents.ts';
import {
  getExecutionHistory,
  type HistoryPage,
  type HistoryRequest,
} from '../../operations/execution-view/history.ts';
import { Redactor } from '../../operations/execution-view/redactor.ts';
import { VisitFolds } from '../../operations/execution-view/visit-folds.ts';
import {
  getVisitedStates,
  type VisitedStates,
} from '../../operations/execution-view/visited-states.ts';
import {
  getIterations,
  type Iterations,
  listVisits,
  type VisitContext,
  type VisitPage,
  type VisitRequest,
} from '../../operations/execution-view/visits.ts';
import {
  cancelExecution,
  type ExecutionDetails,
  type ExecutionTexts,
  getExecution,
  type ListedExecution,
  listExecutionDocuments,
  listExecutions,
  type RedriveOptions,
  redriveExecution,
  type StartRequest,
  startExecution,
} from '../../operations/executions.ts';
import { type ScanRequest, scanExecutions } from '../../operations/search/scan-executions.ts';
import { type WaitOptions, waitForExecution } from '../../operations/wait-for-end.ts';
import type { ExecutionFilter } from '../../ports/store/execution-queries.ts';
import type { ExecutionRecord, ExecutionSummary } from '../../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../../ports/store/page.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The executions of an app: `app.executions`. An execution is named by id, or `machine:name`. */
export class Executions<Machine extends string = string, Queue extends string = string> {
  /** Masks secrets in documents by the rules of the app's configuration. */
  readonly redactor: Redactor;
  readonly #deps: ResourceDeps;
  readonly #views: VisitContext;

  constructor(deps: ResourceDeps) {
    const { store, clock, app } = deps.context;
    this.redactor = new Redactor(app.redaction);
    this.#deps = deps;
    this.#views = { store, folds: new VisitFolds({ store, clock }) };
  }

  /**
   * Lists executions, newest first. A page looks at 50,000 executions at most, and says how far
   * back it came: it may have fewer entries than asked for, and a next page.
   */
  list(
    filter: ExecutionFilter = {},
    page: PageRequest = { limit: 100 },
  ): Promise<LookedPage<ExecutionSummary>> {
    return listExecutions(this.#deps.lists, filter, page);
  }

  /** As `list`, with the documents of each execution as texts; a page has 100 at most. */
  listDocuments(
    filter: ExecutionFilter = {},
    page: PageRequest = { limit: 100 },
  ): Promise<LookedPage<ListedExecution>> {
    return listExecutionDocuments(this.#deps.lists, filter, page);
  }

  /**
   * Looks for a text in the inputs and outputs of executions. A call looks at 20,000 of them at
   * most, and says how far back it came.
   */
  scan(request: ScanRequest): Promise<LookedPage<ExecutionSummary>> {
    return scanExecutions(this.#deps.lists, request);
  }

  /** Returns one execution with its input and output; throws UNKNOWN_EXECUTION. */
  async get(name: string): Promise<ExecutionDetails> {
    return toValues(await this.getTexts(name));
  }

  /** As `get`, with the documents letter for letter. */
  getTexts(name: string): Promise<ExecutionTexts> {
    return getExecution(this.#deps.context, name);
  }

  /**
   * Starts an execution, which is not retried when it fails; a name starts it once. Throws
   * EXECUTION_EXISTS when the name was used with another input, UNKNOWN_MACHINE, INVALID_ARGUMENT
   * or PAYLOAD_TOO_LARGE.
   */
  start(
    request: StartRequest & { readonly machineId: Machine; readonly priority?: Queue },
  ): Promise<EnqueuedExecution> {
    return startExecution(this.#deps.context, request);
  }

  /** Returns the history, page by page; throws UNKNOWN_EXECUTION. */
  history(name: string, request: HistoryRequest = { limit: 1_000 }): Promise<HistoryPage> {
    return getExecutionHistory(this.#views, name, request);
  }

  /**
   * Lists the visits of states, with their tries and failures: those of one place, or those that
   * failed. Throws UNKNOWN_EXECUTION or INVALID_ARGUMENT.
   */
  visits(name: string, request: VisitRequest = { limit: 1_000 }): Promise<VisitPage> {
    return listVisits(this.#views, name, request);
  }

  /** Returns the states that an execution has visited, and how often. Throws UNKNOWN_EXECUTION. */
  states(name: string): Promise<VisitedStates> {
    return getVisitedStates(this.#views, name);
  }

  /**
   * Returns how the iterations of a Map stand, by the id of the event that enters it. Throws
   * UNKNOWN_EXECUTION, or INVALID_ARGUMENT for another event.
   */
  iterations(name: string, eventId: number): Promise<Iterations> {
    return getIterations(this.#views, name, eventId);
  }

  /**
   * Returns a part of a document as text: `input`, `output`, `definition`, or a field of an event
   * such as `12.input`. Its `text` is null when it is too large to be redacted. Throws
   * UNKNOWN_EXECUTION, UNKNOWN_DOCUMENT or INVALID_ARGUMENT.
   */
  document(
    name: string,
    document: string,
    request: DocumentRequest,
  ): Promise<DocumentText | LargeDocument> {
    return readDocument(this.#views, name, document, request);
  }

  /**
   * Ends a Task that waits for an answer from outside, by the id of the event that enters its
   * state. Throws UNKNOWN_EXECUTION, INVALID_OUTPUT, TASK_TIMED_OUT, or CONFLICT when it waits for
   * none.
   */
  answerTask(name: string, eventId: number, answer: TaskAnswer): Promise<void> {
    const { context, roles } = this.#deps;
    return answerTask(context, name, eventId, answer, roles.reachesWorkers);
  }

  /**
   * Stops an execution, whichever worker runs it; it ends ABORTED. Throws UNKNOWN_EXECUTION, or
   * CONFLICT when it has ended.
   */
  cancel(name: string): ReturnType<typeof cancelExecution> {
    return cancelExecution(this.#deps.context, name);
  }

  /**
   * Runs an execution again that did not succeed, from the state that failed. With `latest`, under
   * the newest definition of its machine. Throws UNKNOWN_EXECUTION or CONFLICT.
   */
  redrive(name: string, options?: RedriveOptions): ReturnType<typeof redriveExecution> {
    return redriveExecution(this.#deps.context, name, options);
  }

  /** Waits until an execution, named by its id, has ended; null when the store does not have it. */
  wait(id: string, options?: WaitOptions): Promise<ExecutionRecord | null> {
    return waitForExecution(this.#deps.context, id, options);
  }
}
