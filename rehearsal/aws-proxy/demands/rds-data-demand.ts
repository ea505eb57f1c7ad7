/** What requests to the RDS Data API ask for: the cluster, and the secret that it reads. */
import { bodyOf, type ReadDemand, textOf } from '../aws-request.ts';

const operations: Readonly<Record<string, string>> = {
  '/Execute': 'ExecuteStatement',
  '/BatchExecute': 'BatchExecuteStatement',
  '/BeginTransaction': 'BeginTransaction',
  '/CommitTransaction': 'CommitTransaction',
  '/RollbackTransaction': 'RollbackTransaction',
};

/** See this file's head. */
export const rdsDataDemand: ReadDemand = (request) => {
  const operation = operations[request.path];
  if (operation === undefined || request.method !== 'POST') return undefined;
  const body = bodyOf(request);
  return {
    operation,
    needs: [
      { action: `rds-data:${operation}`, resource: textOf(body, 'resourceArn') },
      { action: 'secretsmanager:GetSecretValue', resource: textOf(body, 'secretArn') },
    ],
  };
};
