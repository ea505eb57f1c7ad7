/** Entry of the function that runs the tasks of one queue. */
import app from 'millrace-app';
import { workerFunction } from '../lib/lambda/worker-function.ts';

export const handler = workerFunction(app);
