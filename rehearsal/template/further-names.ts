/** The names of the resources that a rehearsal only knows of: it neither makes nor asks them. */
import type { NameRule, Naming } from './physical-names.ts';

/** An identifier of EC2's: `vpc-0123…`. */
const identified =
  (prefix: string, attributes: (id: string, it: Naming) => Record<string, string>): NameRule =>
  (it) => {
    const ref = `${prefix}-${it.hash(17)}`;
    return { ref, attributes: attributes(ref, it) };
  };

/** A name, and an ARN made of it. */
const called =
  (property: string, service: string, kind: string, maximum?: number): NameRule =>
  (it) => {
    const ref = it.name(property, maximum);
    return { ref, attributes: { Arn: it.arn(service, `${kind}${ref}`) } };
  };

/** A name, and no attributes that anybody asks for. */
const plain: NameRule = (it) => ({ ref: it.name('Name'), attributes: {} });

/** By CloudFormation's type. */
export const furtherNames: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  [
    'AWS::EC2::VPC',
    identified('vpc', (VpcId, it) => ({
      VpcId,
      CidrBlock: it.text('CidrBlock') ?? '10.0.0.0/16',
      DefaultSecurityGroup: `sg-${it.hash(17)}`,
      DefaultNetworkAcl: `acl-${it.hash(17)}`,
    })),
  ],
  [
    'AWS::EC2::Subnet',
    identified('subnet', (SubnetId, it) => ({
      SubnetId,
      VpcId: it.text('VpcId') ?? '',
      CidrBlock: it.text('CidrBlock') ?? '',
      AvailabilityZone: it.text('AvailabilityZone') ?? `${it.place.region}a`,
    })),
  ],
  [
    'AWS::EC2::SecurityGroup',
    identified('sg', (id, it) => ({ GroupId: id, Id: id, VpcId: it.text('VpcId') ?? '' })),
  ],
  ['AWS::EC2::SecurityGroupIngress', identified('sgr', (Id) => ({ Id }))],
  ['AWS::EC2::SecurityGroupEgress', identified('sgr', (Id) => ({ Id }))],
  ['AWS::EC2::RouteTable', identified('rtb', (RouteTableId) => ({ RouteTableId }))],
  ['AWS::EC2::SubnetRouteTableAssociation', identified('rtbassoc', (Id) => ({ Id }))],
  ['AWS::EC2::Route', identified('r', () => ({}))],
  ['AWS::EC2::InternetGateway', identified('igw', (id) => ({ InternetGatewayId: id }))],
  ['AWS::EC2::VPCGatewayAttachment', identified('attach', () => ({}))],
  ['AWS::EC2::NatGateway', identified('nat', (NatGatewayId) => ({ NatGatewayId }))],
  ['AWS::EC2::EIP', identified('eipalloc', (AllocationId) => ({ AllocationId }))],
  ['AWS::EC2::FlowLog', identified('fl', (Id) => ({ Id }))],
  ['AWS::EC2::VPCEndpoint', identified('vpce', (Id) => ({ Id }))],
  ['AWS::RDS::DBSubnetGroup', plain],
  ['AWS::RDS::DBClusterParameterGroup', plain],
  ['AWS::RDS::DBParameterGroup', plain],
  [
    'AWS::RDS::DBInstance',
    (it) => {
      const instance = it.name('DBInstanceIdentifier', 63).toLowerCase();
      const host = `${it.hash(12)}.${it.place.region}.rds.amazonaws.com`;
      return {
        ref: instance,
        attributes: {
          DBInstanceArn: it.arn('rds', `db:${instance}`),
          'Endpoint.Address': `${instance}.${host}`,
          'Endpoint.Port': it.text('Port') ?? '5432',
        },
      };
    },
  ],
  ['AWS::SecretsManager::RotationSchedule', plain],
  ['AWS::SecretsManager::ResourcePolicy', plain],
  ['AWS::CloudWatch::Alarm', called('AlarmName', 'cloudwatch', 'alarm:', 255)],
  ['AWS::CloudWatch::CompositeAlarm', called('AlarmName', 'cloudwatch', 'alarm:', 255)],
  ['AWS::CloudWatch::Dashboard', (it) => ({ ref: it.name('DashboardName', 255), attributes: {} })],
  ['AWS::Logs::MetricFilter', plain],
  ['AWS::Logs::SubscriptionFilter', plain],
  ['AWS::Logs::ResourcePolicy', plain],
  ['AWS::Logs::QueryDefinition', plain],
  ['AWS::SNS::Subscription', (it) => ({ ref: it.arn('sns', it.name('Id')), attributes: {} })],
  ['AWS::SNS::TopicPolicy', plain],
  [
    'AWS::SSM::Parameter',
    (it) => ({
      ref: it.name('Name', 1011),
      attributes: { Type: it.text('Type') ?? 'String', Value: it.text('Value') ?? '' },
    }),
  ],
  ['AWS::DynamoDB::Table', called('TableName', 'dynamodb', 'table/', 255)],
  [
    'AWS::StepFunctions::StateMachine',
    (it) => {
      const Name = it.name('StateMachineName', 80);
      const ref = it.arn('states', `stateMachine:${Name}`);
      return { ref, attributes: { Arn: ref, Name } };
    },
  ],
  ['AWS::ResourceGroups::Group', called('Name', 'resource-groups', 'group/', 128)],
  ['AWS::ApplicationInsights::Application', plain],
  ['AWS::CDK::Metadata', plain],
  ['AWS::CloudFormation::WaitConditionHandle', plain],
]);
