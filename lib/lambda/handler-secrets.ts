/** The secrets and parameters of handlers, by the variables that they read. */
import { writeEnv } from '../config/env.ts';
import { SdkCalls } from '../drivers/aws/sdk-calls.ts';
import { SdkLoader } from '../drivers/aws/sdk-loader.ts';
import { MillraceError, messageOf } from '../errors.ts';

/** Maximum size of a parameter, in bytes: 8 KB, the limit of SSM. */
const parameterBytesMax = 8_192;

/** Maximum time to read a parameter, in milliseconds. */
const readMsMax = 10_000;

/**
 * Reads the secrets and parameters of handlers, and sets their variables in the environment of the
 * process. Handlers run after that; a module of the app that reads a variable while it is loaded
 * does not find it. Throws INVALID_CONFIGURATION, which names the variable and never a value.
 * @param secrets ARNs by variable
 * @param read returns the text behind an ARN. @default from Secrets Manager and SSM
 */
export async function provideSecrets(
  secrets: Readonly<Record<string, string>> = {},
  read: (arn: string) => Promise<string> = readText,
): Promise<void> {
  const entries = await Promise.all(
    Object.entries(secrets).map(async ([name, arn]) => {
      try {
        return [name, await read(arn)] as const;
      } catch (error) {
        throw new MillraceError(
          'INVALID_CONFIGURATION',
          `deployment.secrets.${name}: ${messageOf(error)}`,
          { fields: { variable: name, arn }, cause: error, retryable: true },
        );
      }
    }),
  );
  writeEnv(Object.fromEntries(entries));
}

async function readText(arn: string): Promise<string> {
  if (arn.split(':')[2] === 'ssm') return await readParameter(arn);
  // Loaded on demand: few functions need the client.
  const { readSecret } = await import('../drivers/secrets-manager/read-secret.ts');
  return await readSecret(arn);
}

/** The client is in the bundle if the configuration names a parameter. */
async function readParameter(arn: string): Promise<string> {
  const { output } = await new SdkCalls(new SdkLoader(process.cwd()), parameterBytesMax).call({
    service: 'ssm',
    action: 'getParameter',
    parameters: { Name: arn, WithDecryption: true },
    signal: AbortSignal.timeout(readMsMax),
    toMemberName: (member) => member,
  });
  const { Parameter } = output;
  const value = isRecord(Parameter) ? Parameter.Value : undefined;
  if (typeof value === 'string') return value;
  throw new MillraceError('INVALID_CONFIGURATION', `the parameter ${arn} has no text`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
