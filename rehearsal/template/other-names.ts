import type { NameRule, ResourceNaming } from './name-rule.ts';

/** Creates an identifier like EC2's: `vpc-0123…`. */
const withId =
  (
    prefix: string,
    attributes: (id: string, resource: ResourceNaming) => Record<string, string>,
  ): NameRule =>
  (resource) => {
    const ref = `${prefix}-${resource.hash(17)}`;
    return { ref, attributes: attributes(ref, resource) };
  };

/** Takes the name from a property, and builds the ARN from it. */
const withArn =
  (property: string, service: string, kind: string, maximum?: number): NameRule =>
  (resource) => {
    const ref = resource.name(property, maximum);
    return { ref, attributes: { Arn: resource.arn(service, `${kind}${ref}`) } };
  };

/** A name without attributes that templates refer to. */
const plain: NameRule = (resource) => ({ ref: resource.name('Name'), attributes: {} });

/** An id of CloudFront, which is also an attribute. */
const cloudFrontId: NameRule = (resource) => {
  const Id = resource.hash(32);
  return { ref: Id, attributes: { Id } };
};

/** Names of resources that a rehearsal only resolves references to, by CloudFormation's type. */
export const otherNames: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  [
    'AWS::EC2::VPC',
    withId('vpc', (VpcId, resource) => ({
      VpcId,
      CidrBlock: resource.text('CidrBlock') ?? '10.0.0.0/16',
      DefaultSecurityGroup: `sg-${resource.hash(17)}`,
      DefaultNetworkAcl: `acl-${resource.hash(17)}`,
    })),
  ],
  [
    'AWS::EC2::Subnet',
    withId('subnet', (SubnetId, resource) => ({
      SubnetId,
      VpcId: resource.text('VpcId') ?? '',
      CidrBlock: resource.text('CidrBlock') ?? '',
      AvailabilityZone: resource.text('AvailabilityZone') ?? `${resource.environment.region}a`,
    })),
  ],
  [
    'AWS::EC2::SecurityGroup',
    withId('sg', (id, resource) => ({ GroupId: id, Id: id, VpcId: resource.text('VpcId') ?? '' })),
  ],
  ['AWS::EC2::SecurityGroupIngress', withId('sgr', (Id) => ({ Id }))],
  ['AWS::EC2::SecurityGroupEgress', withId('sgr', (Id) => ({ Id }))],
  ['AWS::EC2::RouteTable', withId('rtb', (RouteTableId) => ({ RouteTableId }))],
  ['AWS::EC2::SubnetRouteTableAssociation', withId('rtbassoc', (Id) => ({ Id }))],
  ['AWS::EC2::Route', withId('r', () => ({}))],
  ['AWS::EC2::InternetGateway', withId('igw', (id) => ({ InternetGatewayId: id }))],
  ['AWS::EC2::VPCGatewayAttachment', withId('attach', () => ({}))],
  ['AWS::EC2::NatGateway', withId('nat', (NatGatewayId) => ({ NatGatewayId }))],
  ['AWS::EC2::EIP', withId('eipalloc', (AllocationId) => ({ AllocationId }))],
  ['AWS::EC2::FlowLog', withId('fl', (Id) => ({ Id }))],
  ['AWS::EC2::VPCEndpoint', withId('vpce', (Id) => ({ Id }))],
  ['AWS::RDS::DBSubnetGroup', plain],
  ['AWS::RDS::DBClusterParameterGroup', plain],
  ['AWS::RDS::DBParameterGroup', plain],
  [
    'AWS::RDS::DBInstance',
    (resource) => {
      const instance = resource.name('DBInstanceIdentifier', 63).toLowerCase();
      const host = `${resource.hash(12)}.${resource.environment.region}.rds.amazonaws.com`;
      return {
        ref: instance,
        attributes: {
          DBInstanceArn: resource.arn('rds', `db:${instance}`),
          'Endpoint.Address': `${instance}.${host}`,
          'Endpoint.Port': resource.text('Port') ?? '5432',
        },
      };
    },
  ],
  [
    'AWS::CloudFront::Distribution',
    (resource) => {
      const Id = `E${resource.hash(13).toUpperCase()}`;
      return { ref: Id, attributes: { Id, DomainName: `d${resource.hash(13)}.cloudfront.net` } };
    },
  ],
  [
    'AWS::CloudFront::Function',
    (resource) => {
      const { partition, account } = resource.environment;
      const FunctionARN = `arn:${partition}:cloudfront::${account}:function/${resource.name('Name')}`;
      return { ref: FunctionARN, attributes: { FunctionARN, Stage: 'LIVE' } };
    },
  ],
  ['AWS::CloudFront::OriginAccessControl', cloudFrontId],
  ['AWS::CloudFront::ResponseHeadersPolicy', cloudFrontId],
  ['AWS::CodeDeploy::Application', plain],
  ['AWS::CodeDeploy::DeploymentGroup', plain],
  ['AWS::SecretsManager::RotationSchedule', plain],
  ['AWS::SecretsManager::ResourcePolicy', plain],
  ['AWS::CloudWatch::Alarm', withArn('AlarmName', 'cloudwatch', 'alarm:', 255)],
  ['AWS::CloudWatch::CompositeAlarm', withArn('AlarmName', 'cloudwatch', 'alarm:', 255)],
  [
    'AWS::CloudWatch::Dashboard',
    (resource) => ({ ref: resource.name('DashboardName', 255), attributes: {} }),
  ],
  ['AWS::Logs::MetricFilter', plain],
  ['AWS::Logs::SubscriptionFilter', plain],
  ['AWS::Logs::ResourcePolicy', plain],
  ['AWS::Logs::QueryDefinition', plain],
  [
    'AWS::SNS::Subscription',
    (resource) => ({ ref: resource.arn('sns', resource.name('Id')), attributes: {} }),
  ],
  ['AWS::SNS::TopicPolicy', plain],
  ['AWS::Chatbot::SlackChannelConfiguration', plain],
  ['AWS::Chatbot::MicrosoftTeamsChannelConfiguration', plain],
  [
    'AWS::SSM::Parameter',
    (resource) => ({
      ref: resource.name('Name', 1011),
      attributes: { Type: resource.text('Type') ?? 'String', Value: resource.text('Value') ?? '' },
    }),
  ],
  ['AWS::DynamoDB::Table', withArn('TableName', 'dynamodb', 'table/', 255)],
  [
    'AWS::StepFunctions::StateMachine',
    (resource) => {
      const Name = resource.name('StateMachineName', 80);
      const ref = resource.arn('states', `stateMachine:${Name}`);
      return { ref, attributes: { Arn: ref, Name } };
    },
  ],
  ['AWS::ResourceGroups::Group', withArn('Name', 'resource-groups', 'group/', 128)],
  ['AWS::ApplicationInsights::Application', plain],
  ['AWS::CDK::Metadata', plain],
  ['AWS::CloudFormation::WaitConditionHandle', plain],
]);
