/** The example app with its dashboard hosted on AWS, behind a login, alarms by mail, and events. */
import { defineConfig } from 'millrace';
import app from './millrace.config.ts';

export default defineConfig({
  ...app,
  deployment: {
    alarms: { emails: ['on-call@example.com'] },
    executionEvents: 'failures',
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
