/**
 * The public API. The only barrel: what is not named here may change without notice.
 */

export type { ApiReply, ApiRequest, OperationName, Operations } from './api/contract.ts';
export {
  type Admission,
  type Api,
  type Arrival,
  type CreateApiOptions,
  createApi,
} from './api/create-api.ts';
export { openApiDocument } from './api/openapi.ts';
export { type ProblemCode, Refusal } from './api/problem.ts';
export type { ActivityRequest, ActivityWork } from './app/activities.ts';
export { apiOperations } from './app/api-operations.ts';
export type {
  AppDescription,
  BatchDescription,
  BatchTriggers,
  MachineDescription,
} from './app/app-description.ts';
export type { PaceOptions } from './app/archive-orders.ts';
export type { BulkOptions, ChainOptions } from './app/batch-calls.ts';
export type { BatchMember } from './app/batch-members.ts';
export type { BatchReport } from './app/batch-report.ts';
export type { BatchRequest } from './app/batch-starter.ts';
export type { OpenDrivers } from './app/compose.ts';
export {
  type BatchConfig,
  defineConfig,
  type MachineConfig,
  type MillraceConfig,
  type RetryDelayConfig,
} from './app/config.ts';
export { describeApp } from './app/describe-app.ts';
export type { EnqueueOptions, When } from './app/enqueue-options.ts';
export type { EnqueuedExecution } from './app/enqueueing.ts';
export type { ExecutionTaskPayload, PayloadSource } from './app/execution-payload.ts';
export type { LocalBatchOptions } from './app/local-batch.ts';
export type { OutgoingMessage } from './app/messages.ts';
export { type Millrace, openMillrace } from './app/millrace.ts';
export type { OpenOptions } from './app/open-app.ts';
export { openQueueClient } from './app/open-queue-client.ts';
export type {
  CancelOutcome,
  QueueClient,
  TaskOptions,
  TasksOptions,
} from './app/queue-client.ts';
export type { QueueReport } from './app/queue-report.ts';
export { QueueWorker, type QueueWorkerOptions } from './app/queue-worker.ts';
export type { PurgeResult, QueueOverview, Queues } from './app/queues.ts';
export type { ExecuteOptions, ExecutionResult, StateMachine } from './app/state-machine.ts';
export type { TaskFailureReport } from './app/task-answers.ts';
export type { TaskOrders, TaskOutcome } from './app/task-orders.ts';
export { type TestStateOptions, testState } from './app/test-state.ts';
export type { AwsDiagnostic } from './asl/aws-diagnostic.ts';
export {
  type ValidationOptions,
  type ValidationReply,
  validateDefinition,
} from './asl/aws-validation.ts';
export type { Diagnostic } from './asl/diagnostic.ts';
export { InvalidDefinition } from './asl/invalid-definition.ts';
export type { Json, JsonObject } from './asl/json.ts';
export { parseDefinition } from './asl/parse.ts';
export { validate } from './asl/validate.ts';
export { type BatchOptions, type BatchOptionsInput, batchDefaults } from './batch/batch-options.ts';
export type { ItemMapping } from './batch/item-mapping.ts';
export type { SourceSpec } from './batch/source-spec.ts';
export type { Handler, HandlerContext, Handlers, Transformer } from './drivers/handlers/handler.ts';
export type { Connection, Connections } from './drivers/http/connection.ts';
export type { ExecutionLogEvent, LoggingConfiguration } from './engine/execution-log-event.ts';
export { type ErrorCode, hasCode, MillraceError } from './errors.ts';
export type { ArchiveEntry, ArchiveFilter } from './ports/archive-store.ts';
export type { BatchRecord, BatchStatus } from './ports/batch-store.ts';
export type { Broker } from './ports/broker.ts';
export type { ExecutionLog } from './ports/execution-log.ts';
export type { Logger } from './ports/logger.ts';
export type { Page, PageRequest } from './ports/page.ts';
export type { Store } from './ports/store.ts';
export type { TaskRecord, TaskState, TaskSummary } from './ports/task-store.ts';
export type { SyncExecution } from './roles/sync-run.ts';
export type {
  InspectionData,
  MockInput,
  StateConfiguration,
  TestStateReply,
  TestStateRequest,
} from './test-state/request.ts';
