-- The eleventh verb, CONTROL: entries of the control chain, in the scope '#control'. Rows that are there already were all of
-- kinds that the check allows still, so they are not looked at again.
alter table oplog
  drop constraint oplog_kind,
  add constraint oplog_kind check (kind in (
    'NEED', 'PROPOSE', 'CLAIM', 'COMMIT', 'ATTEST', 'DECIDE', 'FINALIZE', 'YIELD', 'RELEASE', 'CANCEL', 'CONTROL', 'VERDICT', 'WAIT', 'DEAD_LETTER')) not valid;

-- The number of the last entry of the control chain. A turn that stores a DECIDE locks the row for share and reads it: it
-- sees the number that is committed then, whatever its snapshot shows, and an entry waits until the turn is committed. So
-- no DECIDE that pins an older head is stored after an entry (ADR 39).
create table control_head (
  one    boolean primary key default true check (one),
  number bigint  not null
);
insert into control_head (number) values (0);

-- With the rights of the owner: the pipeline's role locks the row, and only an entry changes the number.
create function control_head_follow() returns trigger language plpgsql security definer set search_path from current as $$
begin
  update control_head set number = greatest(number, substr(new.slot, 9)::bigint);
  return null;
end
$$;
create trigger oplog_control after insert on oplog
  for each row when (new.kind = 'CONTROL') execute function control_head_follow();
