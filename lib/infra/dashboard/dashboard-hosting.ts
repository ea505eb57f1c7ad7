import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type DistributionProps,
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  type ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import type { HostedDashboard } from '../../config/deployment-config.ts';
import type { FunctionContext } from '../compute/function-context.ts';
import { infraDefaults } from '../infra-defaults.ts';
import { DashboardFunctionConstruct } from './dashboard-function-construct.ts';
import { PageUpload } from './page-upload.ts';
import { createResponseHeaders } from './response-headers.ts';
import { apiRequestCode, pageRequestCode } from './viewer-requests.ts';

/** Statuses that CloudFront would keep for a while although nothing else is cached. */
const keptErrors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** Props of {@link DashboardHosting}. */
export interface DashboardHostingProps {
  readonly dashboard: HostedDashboard;
  readonly context: FunctionContext;
  /** The folder of the built page. */
  readonly pageFolder: string;
  /** Overrides of the distribution. @default {} */
  readonly distributionProps?: Partial<DistributionProps>;
}

/**
 * The dashboard behind CloudFront: the page from a private bucket, the API and the login from a
 * function. The bucket and the function accept requests that this distribution has signed, and no
 * others.
 */
export class DashboardHosting extends Construct {
  readonly page: PageUpload;
  readonly server: DashboardFunctionConstruct;
  readonly distribution: Distribution;
  /** The address of the page, with a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: DashboardHostingProps) {
    super(scope, id);
    const { context, dashboard } = props;
    const folder = props.pageFolder;
    this.page = new PageUpload(this, 'Page', { folder, ...context.defaults });
    this.server = new DashboardFunctionConstruct(this, 'Server', context, dashboard.login);
    const headers = createResponseHeaders(this);
    const api = this.#apiBehavior(headers);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Millrace: the dashboard',
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: this.#pageBehavior(headers),
      additionalBehaviors: { '/v1/*': api, '/auth/*': api },
      // Otherwise an outage would be shown for ten seconds, to others too.
      errorResponses: keptErrors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      ...this.#names(dashboard),
      ...props.distributionProps,
    });
    this.url = `https://${dashboard.domainName ?? this.distribution.distributionDomainName}/`;
  }

  #names({ domainName, certificateArn, webAclArn }: HostedDashboard): Partial<DistributionProps> {
    return {
      ...(domainName !== undefined && { domainNames: [domainName] }),
      ...(certificateArn !== undefined && {
        certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      }),
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
    };
  }

  #pageBehavior(responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
    return {
      origin: S3BucketOrigin.withOriginAccessControl(this.page.bucket),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // The files say themselves how long they may be kept.
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy,
      functionAssociations: this.#onRequest('PageRequest', pageRequestCode),
    };
  }

  #apiBehavior(responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
    const origin = FunctionUrlOrigin.withOriginAccessControl(this.server.url, {
      readTimeout: infraDefaults.dashboard.timeout,
    });
    return {
      origin,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The function's URL is found by its host, so the browser's must not be sent on.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy,
      functionAssociations: this.#onRequest('ApiRequest', apiRequestCode),
    };
  }

  #onRequest(id: string, code: string): FunctionAssociation[] {
    const edgeFunction = new EdgeFunction(this, id, {
      code: FunctionCode.fromInline(code),
      runtime: FunctionRuntime.JS_2_0,
    });
    return [{ function: edgeFunction, eventType: FunctionEventType.VIEWER_REQUEST }];
  }
}
