/** Entry of the function that serves the HTTP API behind a Function URL. */
import app from 'millrace-app';
import { apiFunction } from '../lib/lambda/api-function.ts';

export const handler = apiFunction(app);
