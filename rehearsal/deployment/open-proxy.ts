import { monitoringService, secretsService, stsService } from '../services/stub-services.ts';
import type { Deployment } from './deployment.ts';
import { recordCall } from './record-call.ts';

/**
 * Lets the proxy answer for the services of AWS, and records its calls.
 * @param secrets the texts of secrets by their ARN
 */
export function openProxy(deployment: Deployment, secrets: ReadonlyMap<string, string>): void {
  const { proxy, access, backends, eventBridge } = deployment;
  const fauxqsUrl = `http://127.0.0.1:${backends.fauxqs.port}`;
  proxy.open({
    access,
    backends: {
      sqs: fauxqsUrl,
      s3: fauxqsUrl,
      ...(backends.dataApi !== null && { 'rds-data': backends.dataApi.url }),
      scheduler: eventBridge.schedulerBackend,
      events: eventBridge.eventsBackend,
      sts: stsService,
      secretsmanager: secretsService(secrets),
      monitoring: monitoringService,
    },
  });
  proxy.onCall((call) => recordCall(deployment, call));
}
