/** Scripts that receive dead letters and send them back to their queue. */
import { deliveryFunctions, sweepFunction } from './delivery-functions.ts';
import { lineUp, nextSeq } from './line-functions.ts';
import { type Script, script } from './script.ts';

/** Restores dead letters whose index entry was lost; they can be received at once. */
const readopt = `
local keys = keys_of(0)
sweep(keys.dead, keys.letters, keys.meta, 'sweepDead', function(seq, deliveries, letter)
  local receipt = seq .. ':' .. deliveries .. ':0'
  redis.call('ZADD', keys.dead, now, receipt)
  redis.call('HSET', keys.letters, receipt, letter)
end)
`;

/** KEYS: one queue's. ARGV: max, visibilityMs. Returns receipts and letters, alternating. */
export const receiveDeadScript: Script = script(
  'receiveDead',
  { flags: 'allow-oom' },
  deliveryFunctions,
  sweepFunction,
  readopt,
  `
local batch = new_batch(now + ARGV[2])
local found = take_due(keys.dead, keys.letters, keys.meta, tonumber(ARGV[1]))
for _, entry in ipairs(found) do add(batch, entry[1], entry[2] + 1, entry[3]) end
write(batch, keys.dead, keys.letters)
return batch.store
`,
);

/**
 * KEYS: one queue's. ARGV: max. Returns how many were sent back, and how many were examined. They
 * count as newly sent: a new sequence number, no deliveries, and now as the time.
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
local found, seen = take_due(keys.dead, keys.letters, keys.meta, tonumber(ARGV[1]))
if #found == 0 then return { 0, seen } end
local seq = next_seq(keys, #found)
local members, owners = {}, {}
for i, entry in ipairs(found) do
  local owner, rest = string.match(entry[3], '^%S* (%S*) %d+ (.*)$')
  members[i] = string.format('%.0f', seq + i - 1) .. ':0 ' .. owner .. ' ' .. now .. ' ' .. rest
  owners[i] = owner
end
line_up(keys, members, owners)
return { #found, seen }
`,
);
