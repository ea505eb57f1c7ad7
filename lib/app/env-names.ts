/**
 * The names of the environment variables that Millrace reads; shared with the infrastructure, so
 * that neither misspells one.
 */
export const envNames = Object.freeze({
  storeDriver: 'STORE_DRIVER',
  postgresUrl: 'POSTGRES_URL',
  dataFolder: 'MILLRACE_DATA',
  queueDriver: 'QUEUE_DRIVER',
  workerConcurrency: 'WORKER_CONCURRENCY',
  logLevel: 'LOG_LEVEL',
  logFormat: 'LOG_FORMAT',
  ci: 'CI',
});
