/** Entry of the function that archives dead letters. */
import app from 'millrace-app';
import { archiverFunction } from '../lib/lambda/archiver-function.ts';

export const handler = archiverFunction(app);
