-- What V1__oplog.sql promises, as statements that fail where it does not hold. Run after the migrations, on an
-- empty database that is thrown away afterwards; it leaves rows behind, since the log does not let go of any.
do $$
declare
  n      bigint;
  found  record;
  before text;
begin
  -- A slot is filled once, and keeps what it holds.
  insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
    values ('n1', 'PROPOSE/p', 'e1', 'n1', 't', 'PROPOSE', 'p', 2, '9007199254740993000', '\x7b7d',
      '[{"op_type":"ADD_TASK","payload":{"task_type":"text.wordcount"},"task_id":"a"},'
      '{"op_type":"ADD_TASK","payload":{"task_type":"hash.sha256"},"task_id":"b"},'
      '{"op_type":"REQUIRES","payload":{"requires":"a"},"task_id":"b"},'
      '{"op_type":"ANNOTATE","payload":{"z":1.50,"a":"\u0000 \\ \u001f"},"task_id":"a"}]');
  insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
    values ('n1', 'PROPOSE/p', 'other', 'n1', 't', 'PROPOSE', 'q', 2, '1', '\x00', '[]')
    on conflict do nothing;
  select * into strict found from oplog where scope = 'n1';
  assert found.id = 'e1' and found.bytes = '\x7b7d', 'the first answer stays';
  assert found.stored_ms between extract(epoch from now()) * 1000 - 60000 and extract(epoch from now()) * 1000 + 60000,
    'stored_ms is in milliseconds by the clock of the store';

  -- Ops come back as they were written, in their order, with ids made of envelope and index.
  select string_agg(op_type || op_index, ' ' order by op_index) into before from ops;
  assert before = 'ADD_TASK0 ADD_TASK1 REQUIRES2 ANNOTATE3', before;
  select * into strict found from ops where op_index = 2;
  assert found.op_id = encode(sha256('e1:2'), 'hex') and found.op_id ~ '^[0-9a-f]{64}$', 'op_id';
  assert found.actor_id = 'p' and found.lamport = 2 and found.thread_id = 't' and found.task_id = 'b'
    and found.timestamp_ns = '9007199254740993000' and found.payload_json = '{"requires":"a"}', 'fields of an op';

  -- Tasks: an ADD_TASK alone is (0, DRAFT).
  select * into strict found from tasks where task_id = 'a';
  assert found.attempt = 0 and found.state = 'DRAFT' and found.task_type = 'text.wordcount' and found.need_id = 'n1', 'draft';

  -- ... the largest (attempt, rank) wins, in whatever order it came; what no ADD_TASK announced is kept.
  insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops) values
    ('n1', 'S1', 's1', 'n1', 't', 'RELEASE', 'c', 9, '1', '', '[{"op_type":"STATE","payload":{"attempt":2,"state":"DECIDED"},"task_id":"a"}]'),
    ('n1', 'S2', 's2', 'n1', 't', 'VERDICT', '', 8, '0', '', '[{"op_type":"STATE","payload":{"attempt":1,"state":"REJECTED"},"task_id":"a"}]'),
    ('n1', 'S3', 's3', 'n1', 't', 'COMMIT', 'w', 7, '1', '', '[{"op_type":"STATE","payload":{"attempt":1,"state":"COMMITTED"},"task_id":"z"}]'),
    ('n1', 'S4', 's4', 'n1', 't', 'DECIDE', 'd', 6, '1', '', '[{"op_type":"STATE","payload":{"attempt":0,"state":"DECIDED"},"task_id":"b"}]'),
    ('n1', 'S5', 's5', 'n1', 't', 'FINALIZE', 'c', 10, '1', '', '[{"op_type":"LINK","payload":{"child":"b","parent":"a"},"task_id":null},{"op_type":"LINK","payload":{"child":"b","parent":"a"},"task_id":null}]');
  select * into strict found from tasks where task_id = 'a';
  assert found.attempt = 2 and found.state = 'DECIDED', 'a second attempt rises over a rejected first';
  select * into strict found from tasks where task_id = 'z';
  assert found.attempt = 1 and found.state = 'COMMITTED' and found.task_type is null, 'a STATE before its ADD_TASK';
  select * into strict found from tasks where task_id = 'b';
  assert found.attempt = 0 and found.state = 'DECIDED' and found.task_type = 'hash.sha256', 'decided';
  select count(*) into strict n from tasks;
  assert n = 3, 'one row per task';

  select string_agg(parent_id || '>' || child_id || ' ' || relation, ', ' order by relation) into before from edges;
  assert before = 'a>b LINK, a>b REQUIRES', before;

  -- A NUL in a payload spoils nothing; numbers and order of members stay.
  select payload_json into strict before from ops where op_type = 'ANNOTATE';
  assert before = '{"z":1.50,"a":"\u0000 \\ \u001f"}', before;

  -- Append-only.
  begin
    update oplog set slot = slot where false;
    raise exception 'UPDATE went through';
  exception when restrict_violation then null;
  end;
  begin
    delete from oplog where false;
    raise exception 'DELETE went through';
  exception when restrict_violation then null;
  end;
  begin
    truncate oplog;
    raise exception 'TRUNCATE went through';
  exception when restrict_violation then null;
  end;

  -- What would break the views is not let in.
  begin
    insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
      values ('n2', 'X', 'x', 'n2', 't', 'COMMIT', '', 1, '1', '', '{}');
    raise exception 'ops that are no array went in';
  exception when check_violation then null;
  end;
  begin
    insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
      values ('n2', 'X', 'x', 'n2', 't', 'COMMIT', '', 1, '1', '', '[');
    raise exception 'ops that are no JSON went in';
  exception when invalid_text_representation then null;
  end;
  begin
    insert into oplog (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
      values ('n2', 'X', 'x', 'n2', 't', 'SING', '', 1, '1', '', '[]');
    raise exception 'an unknown kind went in';
  exception when check_violation then null;
  end;

  -- Timers change and go; epochs rise; the archive keeps.
  insert into open_needs (need_id, thread_id, partition, due_ms) values ('n1', 't', 3, 100)
    on conflict (need_id) do update set due_ms = excluded.due_ms;
  insert into open_needs (need_id, thread_id, need_slot, partition, due_ms) values ('n1', 't', 'NEED/n1', 3, 200)
    on conflict (need_id) do update
      set due_ms = excluded.due_ms, need_slot = coalesce(open_needs.need_slot, excluded.need_slot);
  select * into strict found from open_needs;
  assert found.due_ms = 200 and found.need_slot = 'NEED/n1', 're-armed';
  delete from open_needs;
  assert nextval('decider_epoch') < nextval('decider_epoch'), 'epochs rise';
  insert into archive values ('h', 'POLICY', '\x7b7d');
  begin
    delete from archive;
    raise exception 'DELETE went through';
  exception when restrict_violation then null;
  end;
end
$$;
