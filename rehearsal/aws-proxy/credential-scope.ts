import type { IncomingHttpHeaders } from 'node:http';

/** The credential scope of Signature Version 4: who signed a request, and for which service. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** As the signature names it: `s3`, `rds-data`, `monitoring` … */
  readonly service: string;
}

const scope = /^([^/]+)\/\d{8}\/([^/]*)\/([^/]+)\/aws4_request$/;

/**
 * Reads the scope from the header, or from the query of a presigned URL; undefined for an unsigned
 * request. The signature is not verified: an access key of a rehearsal is a name, not a secret.
 */
export function readCredentialScope(
  { authorization }: IncomingHttpHeaders,
  query: URLSearchParams,
): CredentialScope | undefined {
  const inHeader = /^AWS4-HMAC-SHA256 .*?Credential=([^,\s]+)/.exec(authorization ?? '')?.[1];
  const credential = inHeader ?? query.get('X-Amz-Credential') ?? '';
  const [, accessKeyId, region, service] = scope.exec(credential) ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}
