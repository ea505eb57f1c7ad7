/**
 * The names of the environment variables that Millrace reads; shared with the infrastructure, so
 * that neither misspells one.
 */
export const envNames = Object.freeze({
  storeDriver: 'STORE_DRIVER',
  postgresUrl: 'POSTGRES_URL',
  databaseClusterArn: 'DATABASE_CLUSTER_ARN',
  databaseSecretArn: 'DATABASE_SECRET_ARN',
  databaseName: 'DATABASE_NAME',
  dataFolder: 'MILLRACE_DATA',
  queueDriver: 'QUEUE_DRIVER',
  redisUrl: 'REDIS_URL',
  redisAddress: 'REDIS_ADDR',
  redisPassword: 'REDIS_PASSWORD',
  redisDatabase: 'REDIS_DB',
  redisToken: 'REDIS_TOKEN',
  redisNamespace: 'REDIS_NAMESPACE',
  sqsQueuePrefix: 'SQS_QUEUE_PREFIX',
  sqsQueueUrls: 'SQS_QUEUE_URLS',
  objectsDriver: 'OBJECTS_DRIVER',
  bucket: 'MILLRACE_BUCKET',
  eventBus: 'EVENT_BUS_NAME',
  executionEvents: 'EXECUTION_EVENTS',
  leaderQueueUrl: 'LEADER_QUEUE_URL',
  leaderSchedule: 'SWEEP_SCHEDULE',
  workerQueue: 'WORKER_QUEUE',
  workerConcurrency: 'WORKER_CONCURRENCY',
  logLevel: 'LOG_LEVEL',
  logFormat: 'LOG_FORMAT',
  ci: 'CI',
  config: 'MILLRACE_CONFIG',
  cdkOutput: 'CDK_OUTDIR',
});
