/** The machine's own clock, for the layers that choose no drivers themselves. */
import { systemClock } from '../drivers/system/system-clock.ts';
import type { Clock } from '../ports/clock.ts';

/** See this file's head. */
export const machineClock: Clock = systemClock;
