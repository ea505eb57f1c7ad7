/** Entry of the leader function, which starts and leads batches. */
import app from 'millrace-app';
import { leaderFunction } from '../lib/lambda/leader-function.ts';

export const handler = leaderFunction(app);
