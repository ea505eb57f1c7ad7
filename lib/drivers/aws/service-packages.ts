/**
 * Clients whose name has more than one word; the others are `client-` and the service. Both names
 * come from the service's id: the package separates its words by hyphens, the `Resource`
 * (`aws-sdk:secretsmanager:…`) joins them and drops a last word `service`.
 */
const hyphenatedNames = `
  acm-pca api-gateway app-mesh application-auto-scaling application-discovery-service
  application-insights application-signals auto-scaling auto-scaling-plans backup-gateway
  bcm-dashboards bcm-data-exports bcm-pricing-calculator bcm-recommended-actions bedrock-agent
  bedrock-agent-runtime bedrock-agentcore bedrock-agentcore-control bedrock-data-automation
  bedrock-data-automation-runtime bedrock-runtime chime-sdk-identity chime-sdk-media-pipelines
  chime-sdk-meetings chime-sdk-messaging chime-sdk-voice cloudfront-keyvaluestore cloudhsm-v2
  cloudsearch-domain cloudwatch-logs codeguru-reviewer codestar-connections codestar-notifications
  cognito-identity cognito-identity-provider cognito-sync compute-optimizer config-service
  connect-contact-lens cost-and-usage-report-service cost-explorer cost-optimization-hub
  customer-profiles data-pipeline database-migration-service device-farm devops-guru direct-connect
  directory-service docdb-elastic dynamodb-streams ec2-instance-connect ecr-public elastic-beanstalk
  elastic-load-balancing elastic-load-balancing-v2 elastic-transcoder elasticsearch-service
  emr-containers emr-serverless finspace-data geo-maps geo-places geo-routes global-accelerator
  iot-data-plane iot-events iot-events-data iot-jobs-data-plane iot-wireless ivs-realtime
  kinesis-analytics kinesis-analytics-v2 kinesis-video kinesis-video-archived-media
  kinesis-video-media kinesis-video-signaling kinesis-video-webrtc-storage launch-wizard
  lex-model-building-service lex-models-v2 lex-runtime-service lex-runtime-v2 license-manager
  license-manager-linux-subscriptions license-manager-user-subscriptions marketplace-agreement
  marketplace-catalog marketplace-commerce-analytics marketplace-entitlement-service
  marketplace-metering mediapackage-vod medical-imaging migration-hub migration-hub-refactor-spaces
  migrationhub-config neptune-graph network-firewall partnercentral-account partnercentral-benefits
  partnercentral-channel partnercentral-selling payment-cryptography pca-connector-ad
  pca-connector-scep personalize-events personalize-runtime pinpoint-email pinpoint-sms-voice
  pinpoint-sms-voice-v2 rds-data redshift-data redshift-serverless resource-explorer-2
  resource-groups resource-groups-tagging-api route-53 route-53-domains route53-recovery-cluster
  route53-recovery-control-config route53-recovery-readiness s3-control sagemaker-a2i-runtime
  sagemaker-featurestore-runtime sagemaker-geospatial sagemaker-metrics sagemaker-runtime
  secrets-manager service-catalog service-catalog-appregistry service-quotas signer-data
  snow-device-management ssm-contacts ssm-guiconnect ssm-incidents ssm-quicksetup ssm-sap sso-admin
  sso-oidc storage-gateway timestream-influxdb timestream-query timestream-write voice-id
  vpc-lattice waf-regional workspaces-instances workspaces-thin-client workspaces-web
`;

const packages: ReadonlyMap<string, string> = new Map(
  hyphenatedNames
    .trim()
    .split(/\s+/)
    .map((name) => [name.replace(/-service$/, '').replaceAll('-', ''), name]),
);

/**
 * Returns the npm package of a service's client, by its name in a `Resource`; for an unknown
 * service, the name that its package would have.
 */
export function toClientPackage(service: string): string {
  return `@aws-sdk/client-${packages.get(service) ?? service}`;
}
