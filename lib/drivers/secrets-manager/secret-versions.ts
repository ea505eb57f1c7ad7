/** The versions of a secret of AWS Secrets Manager, for its rotation. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { MillraceError } from '../../errors.ts';

const current = 'AWSCURRENT';
const pending = 'AWSPENDING';

/** The versions of secrets, in the protocol by which Secrets Manager rotates them. */
export class SecretVersions {
  readonly #client = new SecretsManagerClient({});

  /** Returns the text that is in use. */
  readCurrent(arn: string): Promise<string> {
    return this.#read(arn, { VersionStage: current });
  }

  /** Returns the text of a version that is not in use yet. */
  readPending(arn: string, version: string): Promise<string> {
    return this.#read(arn, { VersionStage: pending, VersionId: version });
  }

  /** Keeps a text as a version that is not in use yet, unless the version exists. */
  async putPending(arn: string, version: string, text: string): Promise<void> {
    const { VersionIdsToStages: stages = {} } = await this.#describe(arn);
    if (stages[version]?.some((stage) => stage === pending || stage === current)) return;
    await this.#client.send(
      new PutSecretValueCommand({
        SecretId: arn,
        ClientRequestToken: version,
        SecretString: text,
        VersionStages: [pending],
      }),
    );
  }

  /** Whether a version is in use. */
  async isCurrent(arn: string, version: string): Promise<boolean> {
    const { VersionIdsToStages: stages = {} } = await this.#describe(arn);
    return stages[version]?.includes(current) ?? false;
  }

  /** Brings a version into use, in place of the one that was. */
  async promote(arn: string, version: string): Promise<void> {
    const { VersionIdsToStages: stages = {} } = await this.#describe(arn);
    const [before] = Object.entries(stages).find(([, names]) => names.includes(current)) ?? [];
    await this.#client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: current,
        MoveToVersionId: version,
        ...(before !== undefined && { RemoveFromVersionId: before }),
      }),
    );
  }

  #describe(arn: string) {
    return this.#client.send(new DescribeSecretCommand({ SecretId: arn }));
  }

  async #read(
    arn: string,
    which: { readonly VersionStage: string; readonly VersionId?: string },
  ): Promise<string> {
    const command = new GetSecretValueCommand({ SecretId: arn, ...which });
    const { SecretString: text } = await this.#client.send(command);
    if (text !== undefined) return text;
    throw new MillraceError('INVALID_CONFIGURATION', `the secret ${arn} has no text`);
  }
}
