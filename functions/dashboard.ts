/** Entry of the function behind the distribution of the hosted dashboard. */
import app from 'millrace-app';
import { dashboardFunction } from '../lib/lambda/dashboard-function.ts';

export const handler = dashboardFunction(app);
