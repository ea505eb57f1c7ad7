/**
 * The role, method and path of every operation of the HTTP API. The contract itself stays out of
 * the page, because its shapes would bring a schema library along; the type checker compares this
 * table with the contract in both directions.
 */
import type { contract, OperationName } from '../../../lib/api/contract/contract.ts';

/** The contract of the HTTP API, as a type. */
export type Contract = typeof contract;

/** The role that an operation needs, its method and its path. */
export type OperationRoute<Name extends OperationName> = readonly [
  needs: Contract[Name]['needs'],
  method: Contract[Name]['method'],
  path: Contract[Name]['path'],
];

/** The routes of all operations by name. */
export const operationRoutes: { readonly [Name in OperationName]: OperationRoute<Name> } = {
  listBatches: ['read', 'GET', '/v1/batches'],
  startBatch: ['operate', 'POST', '/v1/batches'],
  getBatch: ['read', 'GET', '/v1/batches/{batchId}'],
  getBatchReport: ['read', 'GET', '/v1/batches/{batchId}/report'],
  getBatchStates: ['read', 'GET', '/v1/batches/{batchId}/states'],
  getBatchFailures: ['read', 'GET', '/v1/batches/{batchId}/failures'],
  pauseBatch: ['operate', 'POST', '/v1/batches/{batchId}/pause'],
  resumeBatch: ['operate', 'POST', '/v1/batches/{batchId}/resume'],
  cancelBatch: ['operate', 'POST', '/v1/batches/{batchId}/cancel'],
  deleteBatch: ['own', 'POST', '/v1/batches/{batchId}/delete'],
  listExecutions: ['read', 'GET', '/v1/executions'],
  scanExecutions: ['read', 'POST', '/v1/executions/scan'],
  startExecution: ['operate', 'POST', '/v1/executions'],
  getExecution: ['read', 'GET', '/v1/executions/{executionId}'],
  getExecutionHistory: ['read', 'GET', '/v1/executions/{executionId}/history'],
  listVisits: ['read', 'GET', '/v1/executions/{executionId}/states'],
  getIterations: ['read', 'GET', '/v1/executions/{executionId}/iterations/{eventId}'],
  getDocument: ['read', 'GET', '/v1/executions/{executionId}/documents/{document}'],
  revealDocument: ['own', 'POST', '/v1/executions/{executionId}/documents/{document}/reveal'],
  answerTask: ['own', 'POST', '/v1/executions/{executionId}/tasks/{eventId}/answer'],
  cancelExecution: ['operate', 'POST', '/v1/executions/{executionId}/cancel'],
  redriveExecution: ['operate', 'POST', '/v1/executions/{executionId}/redrive'],
  listMachines: ['read', 'GET', '/v1/machines'],
  getMachine: ['read', 'GET', '/v1/machines/{machineId}'],
  listMachineVersions: ['read', 'GET', '/v1/machines/{machineId}/versions'],
  getMachineGraph: ['read', 'GET', '/v1/machines/{machineId}/graph'],
  getMachineStates: ['read', 'GET', '/v1/machines/{machineId}/states'],
  validateDefinition: ['read', 'POST', '/v1/definitions/validate'],
  testState: ['operate', 'POST', '/v1/states/test'],
  listQueues: ['read', 'GET', '/v1/queues'],
  getQueue: ['read', 'GET', '/v1/queues/{queue}'],
  pauseQueue: ['operate', 'POST', '/v1/queues/{queue}/pause'],
  resumeQueue: ['operate', 'POST', '/v1/queues/{queue}/resume'],
  purgeQueue: ['own', 'POST', '/v1/queues/{queue}/purge'],
  listWorkers: ['read', 'GET', '/v1/workers'],
  listTasks: ['read', 'GET', '/v1/tasks'],
  enqueueTask: ['operate', 'POST', '/v1/tasks'],
  getTask: ['read', 'GET', '/v1/tasks/{taskId}'],
  redriveTasks: ['operate', 'POST', '/v1/tasks/redrive'],
  cancelTasks: ['operate', 'POST', '/v1/tasks/cancel'],
  archiveTasks: ['operate', 'POST', '/v1/tasks/archive'],
  deleteTasks: ['own', 'POST', '/v1/tasks/delete'],
  listArchive: ['read', 'GET', '/v1/archive'],
  getArchiveSummary: ['read', 'GET', '/v1/archive/summary'],
  getArchived: ['read', 'GET', '/v1/archive/{taskId}'],
  redriveArchived: ['operate', 'POST', '/v1/archive/redrive'],
  deleteArchived: ['own', 'POST', '/v1/archive/delete'],
  sendTaskSuccess: ['operate', 'POST', '/v1/task-tokens/success'],
  sendTaskFailure: ['operate', 'POST', '/v1/task-tokens/failure'],
  sendTaskHeartbeat: ['operate', 'POST', '/v1/task-tokens/heartbeat'],
  listActivities: ['read', 'GET', '/v1/activities'],
  pollActivity: ['operate', 'POST', '/v1/activities/{activity}/poll'],
  sendMessage: ['operate', 'POST', '/v1/messages'],
  listMessages: ['read', 'GET', '/v1/messages'],
  startOrder: ['operate', 'POST', '/v1/orders'],
  listOrders: ['read', 'GET', '/v1/orders'],
  getOrder: ['read', 'GET', '/v1/orders/{orderId}'],
  pauseOrder: ['operate', 'POST', '/v1/orders/{orderId}/pause'],
  resumeOrder: ['operate', 'POST', '/v1/orders/{orderId}/resume'],
  cancelOrder: ['operate', 'POST', '/v1/orders/{orderId}/cancel'],
  getApp: ['read', 'GET', '/v1/app'],
  getOverview: ['read', 'GET', '/v1/overview'],
  getSeries: ['read', 'GET', '/v1/series'],
  getLive: ['read', 'GET', '/v1/live'],
  find: ['read', 'GET', '/v1/find'],
  runDoctor: ['read', 'GET', '/v1/doctor'],
  listAlerts: ['read', 'GET', '/v1/alerts'],
  listSchedules: ['read', 'GET', '/v1/schedules'],
  getHealth: ['read', 'GET', '/health'],
};
