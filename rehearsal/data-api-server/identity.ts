/** Who may call, and for what: the signature's form, the cluster, the secret and the database. */
import { optionalText, type RequestBody, requiredText } from './request-fields.ts';
import { ServiceError } from './service-error.ts';

/** What a caller wants, for one who decides whether it may. */
export interface AccessRequest {
  readonly accessKeyId: string;
  /** As in a policy: `rds-data:ExecuteStatement`. */
  readonly action: string;
  readonly resourceArn: string;
  readonly secretArn: string;
}

/** What there is to be called. */
export interface Identity {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
  /** Why a caller may not; null when it may. */
  readonly authorize: (request: AccessRequest) => string | null;
}

const clusterBounds = { min: 11, max: 100 };
/**
 * The API's reference says 100 here, too; but the secrets that RDS keeps for clusters itself
 * (`rds!cluster-UUID-…`) have longer ARNs, and calls with them succeed.
 */
const secretBounds = { min: 11, max: 256 };
const nameBounds = { max: 64 };

const credential = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request\b/;

/**
 * The access key that signed a request. The signature itself is not verified: the server knows no
 * secret key.
 */
export function readAccessKey(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, accessKeyId, service] = credential.exec(authorization) ?? [];
  if (accessKeyId === undefined || service !== 'rds-data') {
    const message = "Authorization must be of AWS Signature Version 4, scoped to 'rds-data'";
    throw new ServiceError('IncompleteSignatureException', message);
  }
  return accessKeyId;
}

/** Refuses a request that may not be made, or asks for what is not here. */
export function admit(
  identity: Identity,
  accessKeyId: string,
  operation: string,
  body: RequestBody,
): void {
  const resourceArn = requiredText(body, 'resourceArn', clusterBounds);
  const secretArn = requiredText(body, 'secretArn', secretBounds);
  const database = optionalText(body, 'database', nameBounds);
  if (optionalText(body, 'schema', nameBounds) !== undefined) {
    throw new ServiceError('ValidationException', "The schema parameter isn't supported");
  }
  const action = `rds-data:${operation}`;
  const refusal = identity.authorize({ accessKeyId, action, resourceArn, secretArn });
  if (refusal !== null) throw new ServiceError('AccessDeniedException', refusal);
  if (resourceArn !== identity.clusterArn) {
    const message = `HttpEndpoint is not enabled for resource ${resourceArn}`;
    throw new ServiceError('HttpEndpointNotEnabledException', message);
  }
  if (secretArn !== identity.secretArn) {
    const message = "Secrets Manager can't find the specified secret.";
    throw new ServiceError('SecretsErrorException', message);
  }
  const needsDatabase = typeof body.transactionId !== 'string';
  if (database === undefined ? needsDatabase : database !== identity.database) {
    const message = `FATAL: database "${database ?? ''}" does not exist; SQLState: 3D000`;
    throw new ServiceError('DatabaseErrorException', message);
  }
}
