/** The script of `send`. */
import { hide, lineUp, nextSeq } from './line-functions.ts';
import { script } from './script.ts';

const body = `
local keys = keys_of(0)
local total, at = 0, 1
while at <= #ARGV do
  local group, delay, count = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local seq = next_seq(keys, count)
  local head = ':0 ' .. group .. ' ' .. now .. ' '
  local members, owners = {}, {}
  for i = 1, count do
    members[i] = string.format('%.0f', seq + i - 1) .. head .. ARGV[at + 2 + i]
    owners[i] = group
  end
  if delay > 0 then hide(keys, now + delay, members) else line_up(keys, members, owners) end
  total = total + count
  at = at + 3 + count
end
return total
`;

/**
 * Sends messages to one queue.
 *
 * KEYS: one queue's. ARGV: runs of messages with the same group and delay, each `group delayMs
 * count` and then `count` times `id body`. Returns the number of messages.
 *
 * Without `allow-oom`: at `maxmemory` Redis refuses the whole call.
 */
export const sendScript = script('send', {}, lineUp, hide, nextSeq, body);
