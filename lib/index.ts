/** The public API. Everything that is not exported here may change without notice. */

export { auditChanges } from './api/audit-changes.ts';
export type { CallerRole } from './api/caller-role.ts';
export type { ApiReply, ApiRequest, OperationName, Operations } from './api/contract/contract.ts';
export {
  type Api,
  type ApiChange,
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
export type { ClientOptions, ClientPayload, QueueClient } from './app/queue-client.ts';
export { QueueWorker, type QueueWorkerOptions } from './app/queue-worker.ts';
export type { Activities } from './app/resources/activities.ts';
export type { Alerts } from './app/resources/alerts.ts';
export type { Archive } from './app/resources/archive.ts';
export type { BatchSchedules } from './app/resources/batch-schedules.ts';
export type { Batches } from './app/resources/batches.ts';
export type { DeploymentInfo, LiveChanges } from './app/resources/deployment-info.ts';
export type { Executions } from './app/resources/executions.ts';
export type { Machines } from './app/resources/machines.ts';
export type { Messages } from './app/resources/messages.ts';
export type { Orders } from './app/resources/orders.ts';
export type { Queues } from './app/resources/queues.ts';
export type { TaskTokens } from './app/resources/task-tokens.ts';
export type { Tasks } from './app/resources/tasks.ts';
export type { Workers } from './app/resources/workers.ts';
export type { ExecuteOptions, ExecutionResult, StateMachine } from './app/state-machine.ts';
export type { Diagnostic } from './asl/diagnostic.ts';
export { ExactNumber } from './asl/json/exact-number.ts';
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
export type { PayloadSchema, SchemaResult } from './batch/payload-schema.ts';
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
  defineMachine,
  type MachineConfig,
  type MillraceConfig,
  type RetryDelayConfig,
} from './config/config.ts';
export { describeApp } from './config/loading/describe-app.ts';
export type {
  BatchName,
  ConfigNames,
  HandlerName,
  MachineId,
  MachineInput,
  MachineOutput,
  QueueName,
} from './config/typing/typed-config.ts';
export type { WebhookSecret, WebhooksConfig } from './config/webhooks-config.ts';
export type { Handler, HandlerContext, Handlers, Transformer } from './drivers/handlers/handler.ts';
export type { Connection, ConnectionSecrets, Connections } from './drivers/http/connection.ts';
export type { ExecutionLogEvent, LoggingConfiguration } from './engine/execution-log-event.ts';
export { type ErrorCode, hasCode, MillraceError } from './errors.ts';
export type { ActivityRequest, ActivityWork } from './operations/activities.ts';
export type { AlertListRequest } from './operations/alerts/list-alerts.ts';
export type { OpenDrivers } from './operations/app-context.ts';
export type {
  ArchivedTask,
  ArchivePreview,
  ArchiveSelection,
  PaceOptions,
} from './operations/archive.ts';
export type { BulkOptions, ChainOptions } from './operations/batch-arguments.ts';
export type { BatchChange, BatchReport } from './operations/batches/batch-report.ts';
export type { BatchSummary } from './operations/batches/batch-view.ts';
export type { DeletedBatch, PauseOptions } from './operations/batches/change-batch.ts';
export type { BatchChanges } from './operations/batches/start-changes.ts';
export type { BatchStart } from './operations/batches.ts';
export type { CancelOutcome } from './operations/cancel-tasks.ts';
export type {
  DeployedBatch,
  DeployedMachine,
  DeploymentDescription,
} from './operations/deployment/describe-deployment.ts';
export type { EnqueuedExecution, TaskOptions, TasksOptions } from './operations/enqueue/enqueue.ts';
export type { EnqueueOptions, When } from './operations/enqueue/enqueue-options.ts';
export type { TaskRequest } from './operations/enqueue/enqueue-task.ts';
export type {
  ExecutionTaskPayload,
  PayloadSource,
} from './operations/enqueue/execution-payload.ts';
export type { TaskAnswer } from './operations/execution-view/answer-task.ts';
export type {
  DocumentRequest,
  DocumentText,
  LargeDocument,
} from './operations/execution-view/documents.ts';
export type { HistoryPage, HistoryRequest } from './operations/execution-view/history.ts';
export type { Redactor } from './operations/execution-view/redactor.ts';
export type { VisitedState, VisitedStates } from './operations/execution-view/visited-states.ts';
export type { Iterations, VisitPage, VisitRequest } from './operations/execution-view/visits.ts';
export type { ExecutionDetails, StartRequest } from './operations/executions.ts';
export type { LocalBatchOptions } from './operations/local/local-batch.ts';
export type {
  MachineDetails,
  MachineGraphDetails,
  MachineSummary,
  MachineVersionSummary,
} from './operations/machines.ts';
export type { MessageRequest, WaitingMessage } from './operations/messages.ts';
export type { OrderAction, OrderSelection } from './operations/orders/order-selection.ts';
export type { ChangeNote, OrderDetails, OrderWaitOptions } from './operations/orders/orders.ts';
export type { OrderRequest, StartedOrder } from './operations/orders/start-order.ts';
export type { QueueReport } from './operations/queue-report.ts';
export type { PurgeResult, QueueOverview, QueuePause } from './operations/queues.ts';
export type { ChangedSchedule } from './operations/schedules/change-schedule.ts';
export type { ListedSchedule, ScheduleList } from './operations/schedules/list-schedules.ts';
export type { BatchRequest } from './operations/start-batch.ts';
export type { TaskFailureReport } from './operations/task-tokens.ts';
export type { TaskDetails, TaskOutcome } from './operations/tasks.ts';
export { type TestStateOptions, testState } from './operations/test-state.ts';
export type { BatchWaitOptions, WaitOptions } from './operations/wait-for-end.ts';
export type { ListedWorker, ProcessRole } from './operations/workers.ts';
export type { Broker } from './ports/broker.ts';
export type { ExecutionLog } from './ports/execution-log.ts';
export type { Logger } from './ports/logger.ts';
export type { MetricsExposition } from './ports/metrics-exposition.ts';
export type { AlertRecord } from './ports/store/alert-store.ts';
export type { ArchiveEntry, ArchiveFilter, ArchiveSummary } from './ports/store/archive-store.ts';
export type { BatchFilter, BatchRecord, BatchStatus } from './ports/store/batch-store.ts';
export type { ExecutionFilter } from './ports/store/execution-queries.ts';
export type { ChangeOrigin, OrderFilter, OrderStatus } from './ports/store/order-store.ts';
export type { LookedAt, LookedPage, Page, PageRequest } from './ports/store/page.ts';
export type { Store } from './ports/store/store.ts';
export type { QueueTaskState, TaskRecord, TaskSummary } from './ports/store/task-store.ts';
export type { AlertRules } from './roles/alerts/alert-rules.ts';
export type { SyncExecution } from './roles/execution/sync-run.ts';
export { type VerifyWebhookOptions, verifyWebhook } from './roles/webhooks/webhook-signature.ts';
export type { AccessSettings } from './server/access/decide-access.ts';
export { type AppServer, type ServeAppOptions, serveApp } from './server/serve-app.ts';
export type {
  InspectionData,
  MockInput,
  StateConfiguration,
  TestStateReply,
  TestStateRequest,
} from './test-state/request.ts';
