/** Points the clients of AWS's SDK at a local server, by the SDK's own environment variables. */
import { onTestFinished, vi } from 'vitest';

/** Until the test is over, every service is at `url`. */
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
