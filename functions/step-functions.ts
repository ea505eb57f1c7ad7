/** Entry of the function that serves Step Functions' API behind a Function URL. */
import app from 'millrace-app';
import { stepFunctionsFunction } from '../lib/lambda/step-functions-function.ts';

export const handler = stepFunctionsFunction(app);
