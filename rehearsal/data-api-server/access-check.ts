/** Checks the caller of a request, and the cluster, the secret and the database that it names. */

import { DataApiError } from './data-api-error.ts';
import { type RequestBody, readOptionalText, readRequiredText } from './request-fields.ts';

/** What a caller requests, for the option `authorize`. */
export interface AuthorizationRequest {
  readonly accessKeyId: string;
  /** The action as policies name it: `rds-data:ExecuteStatement`. */
  readonly action: string;
  readonly resourceArn: string;
  readonly secretArn: string;
}

/** What requests must name, and who may call. */
export interface Identity {
  readonly clusterArn: string;
  readonly secretArn: string;
  /** Further secrets, by ARN. */
  readonly logins: ReadonlyMap<string, unknown>;
  readonly database: string;
  /** Returns why a caller is denied; null when it is allowed. */
  readonly authorize: (request: AuthorizationRequest) => string | null;
}

const clusterBounds = { min: 11, max: 100 };
/**
 * The API reference says 100 here, too. But the ARNs of secrets that RDS manages for clusters
 * (`rds!cluster-UUID-…`) are longer, and calls with them succeed.
 */
const secretBounds = { min: 11, max: 256 };
const nameBounds = { max: 64 };

const credential = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request\b/;

/**
 * Returns the access key that signed a request. The signature is not verified, as the server knows
 * no secret keys.
 */
export function readAccessKey(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new DataApiError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, accessKeyId, service] = credential.exec(authorization) ?? [];
  if (accessKeyId === undefined || service !== 'rds-data') {
    const message = "Authorization must be of AWS Signature Version 4, scoped to 'rds-data'";
    throw new DataApiError('IncompleteSignatureException', message);
  }
  return accessKeyId;
}

/**
 * Refuses a request that is not authorized, or that names another cluster, secret or database.
 * Returns the ARN of the secret.
 */
export function checkAccess(
  identity: Identity,
  accessKeyId: string,
  operation: string,
  body: RequestBody,
): string {
  const resourceArn = readRequiredText(body, 'resourceArn', clusterBounds);
  const secretArn = readRequiredText(body, 'secretArn', secretBounds);
  const database = readOptionalText(body, 'database', nameBounds);
  if (readOptionalText(body, 'schema', nameBounds) !== undefined) {
    throw new DataApiError('ValidationException', "The schema parameter isn't supported");
  }
  const action = `rds-data:${operation}`;
  const refusal = identity.authorize({ accessKeyId, action, resourceArn, secretArn });
  if (refusal !== null) throw new DataApiError('AccessDeniedException', refusal);
  if (resourceArn !== identity.clusterArn) {
    const message = `HttpEndpoint is not enabled for resource ${resourceArn}`;
    throw new DataApiError('HttpEndpointNotEnabledException', message);
  }
  if (secretArn !== identity.secretArn && !identity.logins.has(secretArn)) {
    const message = "Secrets Manager can't find the specified secret.";
    throw new DataApiError('SecretsErrorException', message);
  }
  const needsDatabase = typeof body.transactionId !== 'string';
  if (database === undefined ? needsDatabase : database !== identity.database) {
    const message = `FATAL: database "${database ?? ''}" does not exist; SQLState: 3D000`;
    throw new DataApiError('DatabaseErrorException', message);
  }
  return secretArn;
}
