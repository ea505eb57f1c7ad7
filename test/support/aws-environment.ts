/** Environment of the AWS SDK for tests. */
import { onTestFinished, vi } from 'vitest';

/**
 * Points the AWS SDK's clients at the server `url` until the test ends, by the SDK's own
 * environment variables.
 */
export function pointAwsAt(url: string): void {
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: '',
    AWS_MAX_ATTEMPTS: '1',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
