import { systemClock } from '../drivers/system/system-clock.ts';
import type { Clock } from '../ports/clock.ts';

/** The system clock, for layers that do not choose drivers themselves. */
export const machineClock: Clock = systemClock;
