/** The worker of the app: messages of one queue in, steps of executions out. */
import app from 'millrace-app';
import { workerFunction } from '../lib/lambda/worker-function.ts';

export const handler = workerFunction(app);
