/** The public API. Everything that is not exported here may change without notice. */

export type { ApiReply, ApiRequest, OperationName, Operations } from './api/contract/contract.ts';
export {
  type Admission,
  type Api,
  type Arrival,
  type CreateApiOptions,
  createApi,
} from './api/create-api.ts';
export { apiOperations } from './api/handlers/api-operations.ts';
export { openApiDocument } from './api/openapi.ts';
export { type ProblemCode, Refusal } from './api/problem.ts';
export { type Millrace, openMillrace } from './app/millrace.ts';
export type { OpenOptions } from './app/open-app.ts';
export { openQueueClient } from './app/open-queue-client.ts';
export type { QueueClient } from './app/queue-client.ts';
export { QueueWorker, type QueueWorkerOptions } from './app/queue-worker.ts';
export type { Activities } from './app/resources/activities.ts';
export type { Archive } from './app/resources/archive.ts';
export type { Batches } from './app/resources/batches.ts';
export type { Executions } from './app/resources/executions.ts';
export type { Machines } from './app/resources/machines.ts';
export type { Messages } from './app/resources/messages.ts';
export type { Queues } from './app/resources/queues.ts';
export type { TaskTokens } from './app/resources/task-tokens.ts';
export type { Tasks } from './app/resources/tasks.ts';
export type { Workers } from './app/resources/workers.ts';
export type { ExecuteOptions, ExecutionResult, StateMachine } from './app/state-machine.ts';
export type { Diagnostic } from './asl/diagnostic.ts';
export type { Json, JsonObject } from './asl/json/json.ts';
export { parseDefinition } from './asl/parse.ts';
export type { AwsDiagnostic } from './asl/validate/aws-diagnostic.ts';
export {
  type ValidationOptions,
  type ValidationReply,
  validateDefinition,
} from './asl/validate/aws-validation.ts';
export { InvalidDefinition } from './asl/validate/invalid-definition.ts';
export { validate } from './asl/validate.ts';
export { type BatchOptions, type BatchOptionsInput, batchDefaults } from './batch/batch-options.ts';
export type { ItemMapping } from './batch/item-mapping.ts';
export type { SourceSpec } from './batch/source-spec.ts';
export type {
  AppDescription,
  BatchDescription,
  BatchTriggers,
  MachineDescription,
} from './config/app-description.ts';
export type { BatchMember } from './config/batch-member.ts';
export {
  type BatchConfig,
  defineConfig,
  type MachineConfig,
  type MillraceConfig,
  type RetryDelayConfig,
} from './config/config.ts';
export { describeApp } from './config/describe-app.ts';
export type { Handler, HandlerContext, Handlers, Transformer } from './drivers/handlers/handler.ts';
export type { Connection, Connections } from './drivers/http/connection.ts';
export type { ExecutionLogEvent, LoggingConfiguration } from './engine/execution-log-event.ts';
export { type ErrorCode, hasCode, MillraceError } from './errors.ts';
export type { ActivityRequest, ActivityWork } from './operations/activities.ts';
export type { OpenDrivers } from './operations/app-context.ts';
export type {
  ArchivedTask,
  ArchivePreview,
  ArchiveSelection,
  PaceOptions,
} from './operations/archive.ts';
export type { BulkOptions, ChainOptions } from './operations/batch-arguments.ts';
export type { BatchReport } from './operations/batch-report.ts';
export type { BatchFilter, BatchSummary } from './operations/batches.ts';
export type { CancelOutcome } from './operations/cancel-tasks.ts';
export type { EnqueuedExecution, TaskOptions, TasksOptions } from './operations/enqueue/enqueue.ts';
export type { EnqueueOptions, When } from './operations/enqueue/enqueue-options.ts';
export type { TaskRequest } from './operations/enqueue/enqueue-task.ts';
export type {
  ExecutionTaskPayload,
  PayloadSource,
} from './operations/enqueue/execution-payload.ts';
export type {
  ExecutionDetails,
  HistoryPage,
  HistoryRequest,
  StartRequest,
} from './operations/executions.ts';
export type { LocalBatchOptions } from './operations/local/local-batch.ts';
export type { MachineDetails, MachineSummary } from './operations/machines.ts';
export type { MessageRequest, WaitingMessage } from './operations/messages.ts';
export type { QueueReport } from './operations/queue-report.ts';
export type { PurgeResult, QueueOverview } from './operations/queues.ts';
export type { BatchRequest } from './operations/start-batch.ts';
export type { TaskFailureReport } from './operations/task-tokens.ts';
export type { TaskDetails, TaskOutcome } from './operations/tasks.ts';
export { type TestStateOptions, testState } from './operations/test-state.ts';
export type { BatchWaitOptions, WaitOptions } from './operations/wait-for-end.ts';
export type { ListedWorker, ProcessRole } from './operations/workers.ts';
export type { Broker } from './ports/broker.ts';
export type { ExecutionLog } from './ports/execution-log.ts';
export type { Logger } from './ports/logger.ts';
export type { ArchiveEntry, ArchiveFilter } from './ports/store/archive-store.ts';
export type { BatchRecord, BatchStatus } from './ports/store/batch-store.ts';
export type { Page, PageRequest } from './ports/store/page.ts';
export type { Store } from './ports/store/store.ts';
export type { QueueTaskState, TaskRecord, TaskSummary } from './ports/store/task-store.ts';
export type { SyncExecution } from './roles/execution/sync-run.ts';
export type {
  InspectionData,
  MockInput,
  StateConfiguration,
  TestStateReply,
  TestStateRequest,
} from './test-state/request.ts';
