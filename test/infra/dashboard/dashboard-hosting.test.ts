/** The hosted dashboard: who reaches its page and its function, and what they may do. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import type { HostedDashboard } from '../../../lib/config/deployment-config.ts';
import type { Topology } from '../../../lib/infra/topology.ts';
import { securityHeaders } from '../../../lib/server/http/security-headers.ts';
import { synthesisMs } from '../infra-app.ts';
import { findResource, listActions, listResources, listStatements } from '../template.ts';
import { createTestTopology } from '../test-topology.ts';

const app: AppDescription = {
  configFile: '/app/millrace.config.ts',
  queues: { critical: 6, low: 1 },
  machines: [],
  batches: [],
};

const clientSecretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:login-AbCdEf';

const hosted: HostedDashboard = {
  login: {
    issuer: 'https://login.example.com',
    clientId: 'millrace',
    clientSecretArn,
    roles: { admins: 'owner' },
  },
};

describe('DashboardHosting', () => {
  const page = mkdtempSync(join(tmpdir(), 'millrace-page-'));
  let template: Template;
  let topology: Topology;

  const create = (dashboard: HostedDashboard, pageFolder = page) => {
    const stack = new Stack(new App(), 'Test');
    topology = createTestTopology(stack, { app, dashboard }, pageFolder);
    return Template.fromStack(stack);
  };
  const config = (of: Template) =>
    findResource(of, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;

  beforeAll(() => {
    mkdirSync(join(page, 'assets'));
    writeFileSync(join(page, 'index.html'), '<!doctype html>');
    writeFileSync(join(page, 'assets/index-Ab3dE5gH.js'), '');
    template = create(hosted);
  }, synthesisMs);
  afterAll(() => rmSync(page, { recursive: true, force: true }));

  it('a deployment that does not ask for a dashboard hosts nothing', () => {
    const stack = new Stack(new App(), 'Test');
    createTestTopology(stack, { app });
    const types = Object.values(Template.fromStack(stack).toJSON().Resources).map(
      (each) => (each as { Type: string }).Type,
    );

    expect(types.filter((type) => type.startsWith('AWS::CloudFront::'))).toEqual([]);
  });

  it('only this distribution may invoke the function by its URL', () => {
    const permissions = listResources(template, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === 'cloudfront.amazonaws.com');
    const [[distribution] = []] = listResources(template, 'AWS::CloudFront::Distribution');
    const url = findResource(template, 'AWS::Lambda::Url', 'Dashboard');

    expect(url.Properties.AuthType).toBe('AWS_IAM');
    expect(permissions.map(({ Action }) => Action).toSorted()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    for (const { SourceArn } of permissions) {
      expect(JSON.stringify(SourceArn)).toContain(`{"Ref":"${distribution}"}`);
    }
  });

  it('only this distribution may read the page, whose bucket is private', () => {
    const bucket = findResource(template, 'AWS::S3::Bucket', 'DashboardPage');
    const [, policy] =
      listResources(template, 'AWS::S3::BucketPolicy').find(([id]) =>
        id.includes('DashboardPage'),
      ) ?? [];
    const statements = policy?.Properties.PolicyDocument.Statement as readonly {
      readonly Effect: string;
      readonly Action: string;
      readonly Principal: unknown;
    }[];

    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(
      statements
        .filter(({ Effect }) => Effect === 'Allow')
        .filter(({ Principal }) => JSON.stringify(Principal).includes('cloudfront')),
    ).toEqual([
      expect.objectContaining({
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      }),
    ]);
  });

  it('the function may do what the API may, read its secret, and nothing else', () => {
    const own = listStatements(template, 'DashboardServer');
    const api = listStatements(template, 'ComputeApi');

    expect(listActions(own)).toEqual(listActions(api));
    expect(own.map(({ Resource }) => Resource)).toContainEqual(clientSecretArn);
  });

  it('the environment of the function has the login, without the client secret', () => {
    const { Properties } = findResource(template, 'AWS::Lambda::Function', 'DashboardServer');
    const { Variables } = Properties.Environment;

    expect(JSON.parse(Variables.DASHBOARD_LOGIN)).toEqual(hosted.login);
    expect(Variables.LEADER_QUEUE_URL).toBeDefined();
    expect(Properties).toMatchObject({ Timeout: 30 });
  });

  it('logs of the function are kept as long as all others', () => {
    const logs = findResource(template, 'AWS::Logs::LogGroup', 'DashboardServer');

    expect([logs.Properties.RetentionInDays, logs.DeletionPolicy]).toEqual([
      30,
      'RetainExceptOnCreate',
    ]);
  });

  it('every answer has the headers of the local server, and asks for HTTPS', () => {
    const policy = findResource(template, 'AWS::CloudFront::ResponseHeadersPolicy');
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } =
      policy.Properties.ResponseHeadersPolicyConfig;
    const customItems: readonly { Header: string; Value: string }[] = custom.Items;
    const found = Object.fromEntries([
      ['content-security-policy', security.ContentSecurityPolicy.ContentSecurityPolicy],
      ['referrer-policy', security.ReferrerPolicy.ReferrerPolicy],
      ['x-content-type-options', security.ContentTypeOptions.Override ? 'nosniff' : ''],
      ...customItems.map(({ Header, Value }) => [Header, Value]),
    ]);

    expect(found).toEqual(securityHeaders);
    expect(security.StrictTransportSecurity.AccessControlMaxAgeSec).toBe(31_536_000);
    const { DefaultCacheBehavior, CacheBehaviors } = config(template);
    for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
      expect(behavior.ResponseHeadersPolicyId).toBeDefined();
      expect(behavior.ViewerProtocolPolicy).not.toBe('allow-all');
    }
  });

  it('the API and the login are not cached, and get all that the browser sends but its host', () => {
    const { CacheBehaviors } = config(template);

    expect(CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual([
      '/v1/*',
      '/auth/*',
    ]);
    for (const { CachePolicyId, OriginRequestPolicyId } of CacheBehaviors) {
      // The ids of AWS's own policies CachingDisabled and AllViewerExceptHostHeader.
      expect(CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
      expect(OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    }
  });

  it('no error is kept: the next request asks the function again', () => {
    const kept: readonly { ErrorCode: number; ErrorCachingMinTTL: number }[] =
      config(template).CustomErrorResponses;

    expect(kept.map(({ ErrorCode }) => ErrorCode)).toEqual(
      expect.arrayContaining([404, 500, 502, 503, 504]),
    );
    expect(kept.every(({ ErrorCachingMinTTL: seconds }) => seconds === 0)).toBe(true);
  });

  it('every origin is signed for, always', () => {
    const controls = listResources(template, 'AWS::CloudFront::OriginAccessControl');

    expect(
      controls
        .map(([, { Properties }]) => Properties.OriginAccessControlConfig)
        .toSorted((a, b) =>
          a.OriginAccessControlOriginType.localeCompare(b.OriginAccessControlOriginType),
        ),
    ).toMatchObject([
      { OriginAccessControlOriginType: 'lambda', SigningBehavior: 'always' },
      { OriginAccessControlOriginType: 's3', SigningBehavior: 'always' },
    ]);
  });

  it('files with hashed names are kept for a year, and the page is asked for each time', () => {
    const uploads = listResources(template, 'Custom::CDKBucketDeployment')
      .map(([, { Properties }]) => Properties)
      .filter(({ DestinationBucketName: name }) => JSON.stringify(name).includes('DashboardPage'));

    expect(
      uploads.map(({ DestinationBucketKeyPrefix: prefix = '', SystemMetadata, Prune }) => ({
        prefix,
        cache: SystemMetadata['cache-control'],
        Prune,
      })),
    ).toEqual([
      { prefix: 'assets', cache: 'public, max-age=31536000, immutable', Prune: false },
      { prefix: '', cache: 'no-cache', Prune: false },
    ]);
  });

  it('a domain, a certificate and a web ACL are those of the configuration', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/c-1';
    const webAclArn = 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/w/1';
    const own = create({ ...hosted, domainName: 'mill.example.com', certificateArn, webAclArn });

    expect(config(own)).toMatchObject({
      Aliases: ['mill.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
      },
      WebACLId: webAclArn,
    });
    expect(topology.dashboard?.url).toBe('https://mill.example.com/');
  });

  it('a page that is not built is an error that says what to run', () => {
    expect(() => create(hosted, join(page, 'nothing'))).toThrow(/npm run build:page/);
  });
});
