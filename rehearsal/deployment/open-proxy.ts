import type { IdentityStandIn } from '../identity/stand-in.ts';
import { monitoringService, secretsService, stsService } from '../services/stub-services.ts';
import type { Deployment } from './deployment.ts';
import { recordCall } from './record-call.ts';

/** Lets the proxy answer for the services of AWS, and records its calls. */
export function openProxy(deployment: Deployment, { provider, secrets }: IdentityStandIn): void {
  const { proxy, access, backends, eventBridge, standIns } = deployment;
  if (provider !== null) standIns.add('an identity provider on this machine logged people in');
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
