import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** Props of {@link DatabaseLogins}. */
export interface DatabaseLoginsProps {
  /** The roles are named after it, because one cluster has one set of roles for all databases. */
  readonly databaseName: string;
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Length of a password of letters and digits. */
const passwordLength = 48;

/** Maximum length of the name of a role in PostgreSQL, without the suffix. */
const nameLength = 58;

/**
 * The users and passwords of the roles that functions have in the database. Each has a secret of
 * its own; the migration creates the roles, and sets the passwords.
 */
export class DatabaseLogins extends Construct {
  /** Reads and writes rows: what the leader, workers and the archiver are. */
  readonly application: ISecret;
  /** Reads rows. */
  readonly reader: ISecret;

  constructor(scope: Construct, id: string, props: DatabaseLoginsProps) {
    super(scope, id);
    this.application = this.#createSecret('Application', 'app', props);
    this.reader = this.#createSecret('Reader', 'read', props);
  }

  #createSecret(id: string, suffix: string, props: DatabaseLoginsProps): ISecret {
    const { databaseName, encryptionKey, removalPolicy } = props;
    const base = databaseName.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
    const username = `${base.slice(0, nameLength)}_${suffix}`;
    return new Secret(this, id, {
      description: `Millrace: the role ${username} of the database`,
      ...(encryptionKey !== undefined && { encryptionKey }),
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        excludePunctuation: true,
        passwordLength,
      },
      removalPolicy,
    }) as ISecret;
  }
}
