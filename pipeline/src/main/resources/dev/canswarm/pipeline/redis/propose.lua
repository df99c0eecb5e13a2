-- Asks to decide. KEYS[1]: the gate of one NEED, a hash of
--   record       what was decided, as JSON; opaque here
--   proposal_id  of that record
--   fence        the highest epoch that was admitted, refused or settled
-- ARGV: proposal id, epoch, record. Answers one letter and what belongs to it:
--   A record (go on with it), R record (another proposal was first), F fence (epoch is over).
-- Epochs are compared as numbers: exact up to 2^53 - 1, and the caller hands in none above.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
  redis.call('DEL', KEYS[1])
end
local held = redis.call('HMGET', KEYS[1], 'record', 'proposal_id', 'fence')
if held[3] and tonumber(ARGV[2]) < tonumber(held[3]) then
  return 'F' .. held[3]
end
if not held[1] then
  redis.call('HSET', KEYS[1], 'record', ARGV[3], 'proposal_id', ARGV[1], 'fence', ARGV[2])
  return 'A' .. ARGV[3]
end
redis.call('HSET', KEYS[1], 'fence', ARGV[2])
if held[2] == ARGV[1] then
  return 'A' .. held[1]
end
return 'R' .. held[1]
