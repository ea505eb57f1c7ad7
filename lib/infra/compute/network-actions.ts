/** What Lambda does with the role of a function to connect it to a VPC, for any resource. */
export const networkActions: readonly string[] = Object.freeze([
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]);
