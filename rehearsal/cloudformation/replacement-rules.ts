/**
 * The properties by which CloudFormation replaces a resource instead of updating it in place, of
 * the types that a rehearsal knows. A test compares them with CloudFormation's resource schemas.
 */

/** How resources of a type are replaced. */
export interface ReplacementRule {
  /** The property with the name of the resource, if users may choose it. */
  readonly name: string | undefined;
  /** The properties whose change replaces it. */
  readonly replacing: readonly string[];
}

/** One type a line, its name with `!`; further lines are indented. */
const rules = `
AWS::ApplicationInsights::Application: GroupingType ResourceGroupName
AWS::Chatbot::MicrosoftTeamsChannelConfiguration: ConfigurationName TeamId TeamsTenantId
AWS::Chatbot::SlackChannelConfiguration: ConfigurationName SlackWorkspaceId
AWS::CloudFront::Function: !Name
AWS::CloudWatch::Alarm: !AlarmName
AWS::CloudWatch::CompositeAlarm: !AlarmName
AWS::CloudWatch::Dashboard: !DashboardName
AWS::CodeDeploy::Application: !ApplicationName ComputePlatform
AWS::CodeDeploy::DeploymentGroup: ApplicationName !DeploymentGroupName
AWS::DynamoDB::Table: ImportSourceSpecification KeySchema !TableName
AWS::EC2::EIP: Address Domain IpamPoolId NetworkBorderGroup TransferAddress
AWS::EC2::FlowLog: DeliverCrossAccountRole DeliverLogsPermissionArn DestinationOptions
  LogDestination LogDestinationType LogFormat LogGroupName MaxAggregationInterval ResourceId
  ResourceType TagFieldSpecifications TrafficType
AWS::EC2::NatGateway: AllocationId AvailabilityMode ConnectivityType PrivateIpAddress SubnetId
  VpcId
AWS::EC2::Route: DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId
  RouteTableId
AWS::EC2::RouteTable: VpcId
AWS::EC2::SecurityGroup: GroupDescription GroupName VpcId
AWS::EC2::SecurityGroupEgress: CidrIp CidrIpv6 DestinationPrefixListId DestinationSecurityGroupId
  FromPort GroupId IpProtocol ToPort
AWS::EC2::SecurityGroupIngress: CidrIp CidrIpv6 FromPort GroupId GroupName IpProtocol
  SourcePrefixListId SourceSecurityGroupId SourceSecurityGroupName SourceSecurityGroupOwnerId
  ToPort
AWS::EC2::Subnet: AvailabilityZone AvailabilityZoneId CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength
  Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength OutpostArn VpcId
AWS::EC2::SubnetRouteTableAssociation: RouteTableId SubnetId
AWS::EC2::VPC: CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength VpcEncryptionControl
AWS::EC2::VPCEndpoint: ResourceConfigurationArn ServiceName ServiceNetworkArn ServiceRegion
  VpcEndpointType VpcId
AWS::EC2::VPCGatewayAttachment: VpcId
AWS::Events::EventBus: EventSourceName !Name
AWS::Events::EventBusPolicy: EventBusName !StatementId
AWS::Events::Rule: EventBusName !Name
AWS::IAM::ManagedPolicy: Description !ManagedPolicyName Path
AWS::IAM::Role: Path !RoleName
AWS::IAM::RolePolicy: !PolicyName RoleName
AWS::KMS::Alias: !AliasName
AWS::Lambda::Alias: FunctionName !Name
AWS::Lambda::EventInvokeConfig: FunctionName Qualifier
AWS::Lambda::EventSourceMapping: AmazonManagedKafkaEventSourceConfig EventSourceArn
  SelfManagedEventSource SelfManagedKafkaEventSourceConfig StartingPosition
  StartingPositionTimestamp
AWS::Lambda::Function: !FunctionName PackageType TenancyConfig
AWS::Lambda::LayerVersion: CompatibleArchitectures CompatibleRuntimes Content Description
  LayerName LicenseInfo
AWS::Lambda::Permission: Action EventSourceToken FunctionName FunctionUrlAuthType
  InvokedViaFunctionUrl Principal PrincipalOrgID SourceAccount SourceArn
AWS::Lambda::Url: Qualifier TargetFunctionArn
AWS::Lambda::Version: CodeSha256 Description FunctionName ProvisionedConcurrencyConfig
  RuntimePolicy
AWS::Logs::LogGroup: !LogGroupName
AWS::Logs::MetricFilter: !FilterName LogGroupName
AWS::Logs::ResourcePolicy: !PolicyName
AWS::Logs::SubscriptionFilter: !FilterName LogGroupName
AWS::RDS::DBCluster: AvailabilityZones ClusterScalabilityType !DBClusterIdentifier
  DBSubnetGroupName DBSystemId DatabaseName EngineMode KmsKeyId PubliclyAccessible RestoreToTime
  RestoreType SnapshotIdentifier SourceDBClusterIdentifier SourceDbClusterResourceId SourceRegion
  StorageEncrypted UseLatestRestorableTime
AWS::RDS::DBClusterParameterGroup: !DBClusterParameterGroupName Description Family
AWS::RDS::DBInstance: BackupTarget CharacterSetName CustomIAMInstanceProfile DBClusterIdentifier
  !DBInstanceIdentifier DBName DBSubnetGroupName DBSystemId KmsKeyId MasterUsername
  NcharCharacterSetName Port SourceRegion StorageEncrypted Timezone
AWS::RDS::DBParameterGroup: !DBParameterGroupName Description Family
AWS::RDS::DBSubnetGroup: !DBSubnetGroupName
AWS::ResourceGroups::Group: !Name
AWS::S3::Bucket: !BucketName BucketNamePrefix BucketNamespace ObjectLockEnabled
AWS::S3::BucketPolicy: Bucket
AWS::SNS::Subscription: Endpoint Protocol TopicArn
AWS::SNS::Topic: FifoTopic !TopicName
AWS::SQS::Queue: FifoQueue !QueueName
AWS::SSM::Parameter: !Name
AWS::Scheduler::Schedule: !Name
AWS::Scheduler::ScheduleGroup: !Name
AWS::SecretsManager::ResourcePolicy: SecretId
AWS::SecretsManager::RotationSchedule: SecretId
AWS::SecretsManager::Secret: !Name
AWS::SecretsManager::SecretTargetAttachment: SecretId
AWS::StepFunctions::StateMachine: !StateMachineName StateMachineType
`;

/** The rules by type. A type without any property that replaces it has none. */
export const replacementRules: ReadonlyMap<string, ReplacementRule> = parseRules();

function parseRules(): Map<string, ReplacementRule> {
  const lines = rules.trim().replaceAll(/\n\s+/g, ' ').split('\n');
  return new Map(
    lines.map((line) => {
      const [type = '', properties = ''] = line.split(': ');
      const words = properties.split(' ');
      const name = words.find((word) => word.startsWith('!'))?.slice(1);
      return [type, { name, replacing: words.map((word) => word.replace('!', '')) }];
    }),
  );
}
