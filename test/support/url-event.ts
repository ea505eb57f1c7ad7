/** Events of a Function URL that IAM authorizes. */
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';

/** The request of a {@link urlEvent}. */
export interface UrlRequest {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** The identity that signs the requests of tests. */
export const signer = 'arn:aws:iam::123456789012:user/ada';

/** Creates the event that the function receives for a request. */
export function urlEvent({
  method = 'GET',
  path,
  query = '',
  headers = {},
  body,
  isBase64Encoded = false,
}: UrlRequest): LambdaFunctionURLEventWithIAMAuthorizer {
  const domainName = 'abc123.lambda-url.eu-central-1.on.aws';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: domainName,
      'x-amzn-trace-id': 'Root=1-67d2a3b4-0123456789abcdef01234567',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc123',
      authorizer: {
        iam: {
          accessKey: 'AKIAEXAMPLE',
          accountId: '123456789012',
          callerId: 'AIDAEXAMPLE',
          cognitoIdentity: null,
          principalOrgId: 'o-example',
          userArn: signer,
          userId: 'AIDAEXAMPLE',
        },
      },
      domainName,
      domainPrefix: 'abc123',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'curl/8.7.1',
      },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '24/Nov/2026:14:40:00 +0000',
      timeEpoch: 1_795_531_200_000,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}
