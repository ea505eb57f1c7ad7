/** Parses what services put into a queue about new objects: S3, EventBridge and SNS. */
import * as z from 'zod';
import { MillraceError } from '../../errors.ts';
import { readTriggerEvent, type TriggerEvent } from './trigger-event.ts';

const text = z.string().min(1);

const notificationShape = z.object({
  Records: z.array(
    z.object({
      eventName: text,
      s3: z.object({
        bucket: z.object({ name: text }),
        object: z.object({
          key: text,
          versionId: text.exactOptional(),
          sequencer: text.exactOptional(),
          eTag: text.exactOptional(),
        }),
      }),
    }),
  ),
});

const envelopeShape = z.object({ Type: z.literal('Notification'), Message: text });

/** S3 sends it when notifications are set up. */
const testShape = z.object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') });

/**
 * Returns the events in a message; none for one that starts no batch. Throws INVALID_ARGUMENT for a
 * message that is no event.
 */
export function readQueuedEvents(body: string): TriggerEvent[] {
  const message = parse(body);
  const envelope = envelopeShape.safeParse(message);
  const event = envelope.success ? parse(envelope.data.Message) : message;
  const notification = notificationShape.safeParse(event);
  if (notification.success) return notification.data.Records.flatMap(toTriggerEvent);
  if (testShape.safeParse(event).success) return [];
  if (typeof event !== 'object' || event === null || !('detail-type' in event)) throw noEvent(body);
  return [readTriggerEvent(event)].filter((found) => found !== null);
}

type Notification = z.infer<typeof notificationShape>['Records'][number];

/** S3 writes keys as in a form: blanks as +, and other characters as their bytes. */
function toTriggerEvent({ eventName, s3 }: Notification): TriggerEvent[] {
  if (!/^(s3:)?ObjectCreated:/.test(eventName)) return [];
  const { key, versionId, sequencer, eTag } = s3.object;
  return [
    {
      kind: 'object',
      bucket: s3.bucket.name,
      key: decodeURIComponent(key.replaceAll('+', ' ')),
      version: versionId ?? sequencer ?? eTag ?? '',
    },
  ];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw noEvent(body);
  }
}

function noEvent(body: string): MillraceError {
  return new MillraceError(
    'INVALID_ARGUMENT',
    'the queue of the inbox expects notifications of S3, or events of EventBridge; found ' +
      `${body.slice(0, 200)}: correct its sender`,
  );
}
