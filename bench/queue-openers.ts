/** The two sides of the comparison, by name. */
import { openBullmq } from './bullmq-side.ts';
import { openMillrace } from './millrace-side.ts';
import type { OpenSide, SideName } from './queue-side.ts';

/** See this file's head. */
export const openers: Readonly<Record<SideName, OpenSide>> = {
  Millrace: openMillrace,
  BullMQ: openBullmq,
};
