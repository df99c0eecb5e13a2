-- The truth of a swarm: write-once slots, which are the op-log and the outbox too; the durable timers;
-- the epochs of the deciders; and the policies and trust files that were in force, by hash.
-- Works on PostgreSQL 15 and later.

-- One row per slot: the exact bytes that answer its question, and the plan operations that follow.
-- The primary key is the only full index: every further one would cost every envelope an entry. To read
-- a thread, start from its NEEDs (scope = the thread) and go on by their ids (scope = the need).
create table oplog (
  scope        text   not null,  -- the need id; for a NEED its thread id
  slot         text   not null,  -- the question, such as DECIDE or CLAIM/<task>/1
  id           text   not null,  -- the envelope's id, or the row's own where it holds no envelope
  need_id      text   not null,
  thread_id    text   not null,
  kind         text   not null,  -- a verb; VERDICT; WAIT for an envelope whose parent was not seen yet; DEAD_LETTER for a refused record
  sender       text   not null,  -- base64 of the public key; empty where nobody signed
  lamport      bigint not null,
  timestamp_ns text   not null,  -- decimal; beyond what a JSON number holds exactly
  bytes        bytea  not null,  -- the stored bytes are what is sent
  -- A JSON array of {"op_type","payload","task_id"}. Not jsonb, which orders members and rewrites numbers:
  -- replay compares these bytes. The check keeps out what would later break every query on the views.
  ops          text   not null check (json_typeof(ops::json) = 'array'),
  stored_ms    bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  primary key (scope, slot),
  constraint oplog_kind check (kind in (
    'NEED', 'PROPOSE', 'CLAIM', 'COMMIT', 'ATTEST', 'DECIDE', 'FINALIZE', 'YIELD', 'RELEASE', 'VERDICT', 'WAIT', 'DEAD_LETTER'))
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op
    using errcode = 'restrict_violation',
          hint = 'What was stored was sent, and others rely on it. To start afresh, drop the database.';
end
$$;

-- Per statement, so inserts pay nothing; INSERT ... ON CONFLICT DO NOTHING does not fire it.
create trigger oplog_append_only before update or delete or truncate on oplog
  for each statement execute function refuse_change();

-- Members of an op. PostgreSQL refuses to look into JSON that holds \u0000 anywhere, which a payload may:
-- it is put aside as \uE000 (canonical JSON never escapes that one) and put back. As text it stays U+E000.
create function op_member(document json, name text) returns json
  language sql immutable strict parallel safe
  as $$
    select case when strpos(document::text, '\u0000') = 0 then document -> name
      else replace((replace(document::text, '\u0000', '\uE000')::json -> name)::text, '\uE000', '\u0000')::json end
  $$;

create function op_text(document json, name text) returns text
  language sql immutable strict parallel safe
  as $$
    select replace(document::text, '\u0000', '\uE000')::json ->> name
  $$;

-- From low to high.
create function task_states() returns text[]
  language sql immutable parallel safe
  as $$
    select array['DRAFT', 'DECIDED', 'COMMITTED', 'VERIFIED', 'REJECTED', 'FINAL']
  $$;

-- Filter by scope where you can: it is the indexed column.
create view ops as
  select encode(sha256(convert_to(o.id || ':' || (e.ordinal - 1), 'UTF8')), 'hex') as op_id,
         o.thread_id,
         o.lamport,
         o.sender as actor_id,
         op_text(e.op, 'op_type') as op_type,
         op_text(e.op, 'task_id') as task_id,
         op_member(e.op, 'payload')::text as payload_json,
         o.timestamp_ns,
         o.need_id,
         o.scope,
         o.id as envelope_id,
         (e.ordinal - 1)::int as op_index
  from oplog o
  cross join lateral json_array_elements(o.ops::json) with ordinality as e(op, ordinal);

-- A join: whatever the order and the repetition of the ops, the state is the largest of (attempt, rank).
-- A STATE whose ADD_TASK has not come makes a row too, of no type. A task's ops lie in one scope.
create view tasks as
  with climbs as (
    select o.task_id, o.thread_id, o.need_id, o.scope,
           case o.op_type when 'ADD_TASK' then op_text(o.payload_json::json, 'task_type') end as task_type,
           case o.op_type
             when 'ADD_TASK' then array[0, 1]
             else array[
               coalesce(op_text(o.payload_json::json, 'attempt')::int, 0),
               coalesce(array_position(task_states(), op_text(o.payload_json::json, 'state')), 0)]
           end as height
    from ops o
    where o.op_type in ('ADD_TASK', 'STATE') and o.task_id is not null
  )
  select task_id, thread_id, need_id,
         min(task_type) as task_type,
         (max(height))[1] as attempt,
         (task_states())[(max(height))[2]] as state,
         scope
  from climbs
  group by scope, need_id, thread_id, task_id;

create view edges as
  select distinct
         op_text(o.payload_json::json, case o.op_type when 'REQUIRES' then 'requires' else 'parent' end) as parent_id,
         case o.op_type when 'REQUIRES' then o.task_id else op_text(o.payload_json::json, 'child') end as child_id,
         o.op_type as relation,
         o.thread_id, o.need_id, o.scope
  from ops o
  where o.op_type in ('REQUIRES', 'LINK');

-- The durable timers: a row for every NEED that is not over. It comes with the NEED, moves with each
-- re-arming and goes after FINALIZE, so the table is small and nearly all of what it holds is dead rows.
create table open_needs (
  need_id   text    primary key,
  thread_id text    not null,
  need_slot text,                 -- the NEED's slot in its thread's scope; null while only waited for
  partition integer not null,     -- Kafka's
  due_ms    bigint  not null,     -- a lower bound, not an appointment
  stored_ms bigint  not null default (extract(epoch from clock_timestamp()) * 1000)::bigint
) with (
  -- Pages are packed full: due_ms is indexed, so no update could be a HOT one and room kept free for
  -- them would be wasted. Reuse comes from vacuuming by count of dead rows (a share of a table that is
  -- nearly empty says nothing) and at full speed: the table is small, and a late vacuum makes the sweep
  -- walk over dead index entries.
  fillfactor = 100,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 50000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 20000
);

-- The sweep asks for what is due in the partitions assigned to it. Entries come and go at both ends of
-- due_ms, so pages fill unevenly; some room keeps them from splitting while vacuum catches up.
create index open_needs_due on open_needs (partition, due_ms) with (fillfactor = 70);

-- Each decider takes its epoch here at its start; a number is never given twice, whatever crashes.
create sequence decider_epoch as bigint no cycle;

-- Policies and trust files by the hash that DECIDE pins, for who replays later.
create table archive (
  hash  text  primary key,
  kind  text  not null,
  bytes bytea not null
);

create trigger archive_append_only before update or delete or truncate on archive
  for each statement execute function refuse_change();
