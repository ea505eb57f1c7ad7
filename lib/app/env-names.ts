/**
 * The names of the environment variables that Millrace reads; shared with the infrastructure, so
 * that neither misspells one.
 */
export const envNames = Object.freeze({
  storeDriver: 'STORE_DRIVER',
  postgresUrl: 'POSTGRES_URL',
  dataFolder: 'MILLRACE_DATA',
  queueDriver: 'QUEUE_DRIVER',
  redisUrl: 'REDIS_URL',
  redisAddress: 'REDIS_ADDR',
  redisPassword: 'REDIS_PASSWORD',
  redisDatabase: 'REDIS_DB',
  redisToken: 'REDIS_TOKEN',
  redisNamespace: 'REDIS_NAMESPACE',
  sqsQueuePrefix: 'SQS_QUEUE_PREFIX',
  workerConcurrency: 'WORKER_CONCURRENCY',
  logLevel: 'LOG_LEVEL',
  logFormat: 'LOG_FORMAT',
  ci: 'CI',
});
