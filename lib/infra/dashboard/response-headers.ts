import { Duration } from 'aws-cdk-lib';
import {
  type HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { securityHeaders } from '../../server/http/security-headers.ts';

const override = true;

/** Headers that CloudFront takes in a section of their own, and what they become there. */
const sections: Readonly<Record<string, (value: string) => ResponseSecurityHeadersBehavior>> = {
  'content-security-policy': (contentSecurityPolicy) => ({
    contentSecurityPolicy: { contentSecurityPolicy, override },
  }),
  'x-content-type-options': () => ({ contentTypeOptions: { override } }),
  'referrer-policy': (value) => ({
    referrerPolicy: { referrerPolicy: value as HeadersReferrerPolicy, override },
  }),
};

/** Creates the policy that gives every answer the headers that Millrace's own server gives it. */
export function createResponseHeaders(scope: Construct): ResponseHeadersPolicy {
  const headers = Object.entries(securityHeaders);
  const behaviors = headers.map(([name, value]) => sections[name]?.(value) ?? {});
  const custom = headers.filter(([name]) => sections[name] === undefined);
  return new ResponseHeadersPolicy(scope, 'Headers', {
    comment: 'Millrace: what a browser may do with the dashboard',
    securityHeadersBehavior: {
      ...Object.assign({}, ...behaviors),
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override },
    },
    customHeadersBehavior: {
      customHeaders: custom.map(([header, value]) => ({ header, value, override })),
    },
  });
}
