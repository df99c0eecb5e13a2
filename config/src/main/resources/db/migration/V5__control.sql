-- The eleventh verb, CONTROL: entries of the control chain, in the scope '#control'. Rows that are there already were all of
-- kinds that the check allows still, so they are not looked at again.
alter table oplog
  drop constraint oplog_kind,
  add constraint oplog_kind check (kind in (
    'NEED', 'PROPOSE', 'CLAIM', 'COMMIT', 'ATTEST', 'DECIDE', 'FINALIZE', 'YIELD', 'RELEASE', 'CANCEL', 'CONTROL', 'VERDICT', 'WAIT', 'DEAD_LETTER')) not valid;
