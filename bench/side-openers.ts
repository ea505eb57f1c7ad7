import { openBullmqSide } from './bullmq-side.ts';
import { openMillraceSide } from './millrace-side.ts';
import type { OpenSide, SideName } from './queue-side.ts';

/** Opens each side of the comparison, by name. */
export const sideOpeners: Readonly<Record<SideName, OpenSide>> = {
  Millrace: openMillraceSide,
  BullMQ: openBullmqSide,
};
