/** The leader of the app: batches started, fanned out, swept and ended. */
import app from 'millrace-app';
import { leaderFunction } from '../lib/lambda/leader-function.ts';

export const handler = leaderFunction(app);
