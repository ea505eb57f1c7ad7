/** A step that sets off every alarm. */
import { type ScenarioContext, stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks that every alarm reaches the subscribers of its topics. */
export const alarmStep: ScenarioStep = {
  name: 'every alarm reaches its subscribers',
  skipReason: (context) => {
    return listAlarms(context).length > 0
      ? null
      : 'no alarm notifies a topic: see deployment.alarms';
  },
  run: async (context) => {
    const { alarms, coverage } = context.deployment;
    const receivers = new Set<string>();
    const listed = listAlarms(context);
    for (const alarm of listed) {
      for (const { topic, topicArn, subscribers } of alarms.setOff(alarm)) {
        coverage.record(alarm.id, `notified ${topicArn}`);
        if (topic === undefined) continue;
        if (subscribers.length === 0) throw stepFailure(`${topic.id} has no subscriber`);
        coverage.record(topic.id, 'notified its subscribers');
        for (const { resource, name } of subscribers) {
          coverage.record(resource.id, `alarms received by ${name}`);
          receivers.add(name);
        }
      }
    }
    const whom = receivers.size === 0 ? 'a topic of another stack' : [...receivers].join(', ');
    return `${listed.length} alarms notified ${whom}`;
  },
};

function listAlarms({ deployment }: ScenarioContext) {
  const { resolution } = deployment;
  return resolution.ofType('AWS::CloudWatch::Alarm').filter((alarm) => {
    const { AlarmActions: actions } = resolution.propertiesOf(alarm);
    return Array.isArray(actions) && actions.length > 0;
  });
}
