/** The archiver of the app: dead letters in, rows of the archive out. */
import app from 'millrace-app';
import { archiverFunction } from '../lib/lambda/archiver-function.ts';

export const handler = archiverFunction(app);
