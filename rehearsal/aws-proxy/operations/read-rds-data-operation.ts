import { getText, type OperationReader, readJsonBody } from '../aws-request.ts';

const operations: Readonly<Record<string, string>> = {
  '/Execute': 'ExecuteStatement',
  '/BatchExecute': 'BatchExecuteStatement',
  '/BeginTransaction': 'BeginTransaction',
  '/CommitTransaction': 'CommitTransaction',
  '/RollbackTransaction': 'RollbackTransaction',
};

/** Reads requests to the RDS Data API, which require the cluster and the secret. */
export const readRdsDataOperation: OperationReader = (request) => {
  const operation = operations[request.path];
  if (operation === undefined || request.method !== 'POST') return undefined;
  const body = readJsonBody(request);
  return {
    operation,
    requiredPermissions: [
      { action: `rds-data:${operation}`, resource: getText(body, 'resourceArn') },
      { action: 'secretsmanager:GetSecretValue', resource: getText(body, 'secretArn') },
    ],
  };
};
