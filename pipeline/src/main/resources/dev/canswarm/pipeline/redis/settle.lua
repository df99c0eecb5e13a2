-- Sets the gate of a NEED to what the DECIDE slot holds, over anything else; the fence never falls.
-- KEYS[1], ARGV: as in propose.lua. Answers 'A'.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
  redis.call('DEL', KEYS[1])
end
local fence = redis.call('HGET', KEYS[1], 'fence')
if not fence or tonumber(fence) < tonumber(ARGV[2]) then
  fence = ARGV[2]
end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'proposal_id', ARGV[1], 'fence', fence)
return 'A'
