-- What ended attempts at tasks, for people: exit codes, exceptions, time-outs, abstentions. Nothing is decided by it
-- and replay does not read it; what others must be able to check is in envelopes. One row for each task, attempt and
-- agent, which holds what the agent noted last; the table may be emptied at any time.
create table attempt_failures (
  need_id text    not null,
  task_id text    not null,
  attempt integer not null,
  agent   text    not null,  -- base64 of the public key
  kind    text    not null check (kind = any (array['FAILED', 'ABSTAINED', 'RETRIED'])),
  error   text    not null check (char_length(error) between 1 and 1024),
  at_ms   bigint  not null,  -- by the clock of the process that noted it
  primary key (need_id, task_id, attempt, agent)
);
