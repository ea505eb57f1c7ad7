/** Scripts that receive dead letters and send them back to their queue. */
import { recordVersion } from '../message-record.ts';
import { deliveryFunctions, sweepFunction } from './delivery-functions.ts';
import { lineUp, nextSeq } from './line-functions.ts';
import { type Script, script } from './script.ts';

/** Restores dead letters whose index entry was lost; they can be received at once. */
const readopt = `
local keys = keys_of(0)
sweep(keys.dead, keys.letters, keys.meta, 'sweepDead', function(seq, deliveries, letter)
  local receipt = seq .. ':' .. deliveries .. ':0:${recordVersion}'
  redis.call('ZADD', keys.dead, now, receipt)
  redis.call('HSET', keys.letters, receipt, letter)
end)
`;

/**
 * KEYS: one queue's. ARGV: max, visibilityMs. Returns receipts and letters, alternating, and
 * `newer` at the end if there are letters in a newer form.
 */
export const receiveDeadScript: Script = script(
  'receiveDead',
  { flags: 'allow-oom' },
  deliveryFunctions,
  sweepFunction,
  readopt,
  `
local batch = new_batch(now + ARGV[2])
local found, _, newer = take_due(keys.dead, keys.letters, keys.meta, tonumber(ARGV[1]))
for _, entry in ipairs(found) do add(batch, entry[1], entry[2] + 1, entry[3]) end
write(batch, keys.dead, keys.letters)
if newer > 0 then batch.store[#batch.store + 1] = 'newer' end
return batch.store
`,
);

/**
 * KEYS: one queue's. ARGV: max. Returns how many were sent back, how many were examined, and how
 * many stay because their form is newer. Those that were sent back count as newly sent: a new
 * sequence number, no deliveries, and now as the time.
 */
export const redriveScript: Script = script(
  'redrive',
  { flags: 'allow-oom' },
  deliveryFunctions,
  sweepFunction,
  lineUp,
  nextSeq,
  readopt,
  `
local found, seen, newer = take_due(keys.dead, keys.letters, keys.meta, tonumber(ARGV[1]))
if #found == 0 then return { 0, seen, newer } end
local seq = next_seq(keys, #found)
local members, owners = {}, {}
for i, entry in ipairs(found) do
  local owner, rest = string.match(entry[3], '^%S* (%S*) %d+ (.*)$')
  members[i] = string.format('%.0f', seq + i - 1) .. ':0 ' .. owner .. ' ' .. now .. ' ' .. rest
  owners[i] = owner
end
line_up(keys, members, owners)
return { #found, seen, newer }
`,
);
