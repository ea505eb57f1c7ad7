/** The shape of the ARNs in a configuration. */
import * as z from 'zod';

/** Services whose ARNs a configuration has. */
type ArnService =
  | 'acm'
  | 'events'
  | 'iam'
  | 'kms'
  | 'lambda'
  | 'rds'
  | 'secretsmanager'
  | 'sns'
  | 'wafv2';

/** CloudFront uses certificates and web ACLs of us-east-1 alone. */
export function arn(service: ArnService) {
  const isGlobal = service === 'acm' || service === 'wafv2';
  const region = isGlobal ? 'us-east-1' : service === 'iam' ? '' : '[a-z0-9-]+';
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:${region}:\\d{12}:.+$`);
  const place = isGlobal ? ' in us-east-1' : '';
  return z.string().regex(pattern, `must be an ARN of ${service}${place}`);
}
