/**
 * The example app with its dashboard hosted on AWS, behind a login, Step Functions' API, alarms by
 * mail, events, canary releases, and traces.
 */
import { defineConfig } from 'millrace';
import app from './millrace.config.ts';

const strikes = app.batches?.['wildlife-strikes'];

export default defineConfig({
  ...app,
  // A line for each report, in the app's bucket.
  ...(strikes !== undefined && {
    batches: {
      'wildlife-strikes': {
        ...strikes,
        options: { ...strikes.options, results: { output: 'results/{date}/{name}-{id}.jsonl' } },
      },
    },
  }),
  deployment: {
    alarms: { emails: ['on-call@example.com'] },
    executionEvents: 'failures',
    canary: true,
    // That of the region, whose newest version AWS lists.
    tracingLayerArn: 'arn:aws:lambda:us-east-1:615299751070:layer:AWSOpenTelemetryDistroJs:14',
    stepFunctions: true,
    dashboard: {
      login: {
        // Your identity provider, and the client that it has registered for the dashboard.
        issuer: 'https://login.example.com',
        clientId: 'millrace',
        clientSecretArn:
          'arn:aws:secretsmanager:us-east-1:000000000000:secret:millrace-login-AbCdEf',
        roleClaim: 'groups',
        roles: { admins: 'owner', 'on-call': 'operator', engineering: 'reader' },
      },
    },
  },
});
