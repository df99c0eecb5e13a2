-- The tenth verb, CANCEL. Rows that are there already were all of kinds that the check allows still, so they are not
-- looked at again: the table may be large, and it is locked only for as long as the constraint is exchanged.
alter table oplog
  drop constraint oplog_kind,
  add constraint oplog_kind check (kind in (
    'NEED', 'PROPOSE', 'CLAIM', 'COMMIT', 'ATTEST', 'DECIDE', 'FINALIZE', 'YIELD', 'RELEASE', 'CANCEL', 'VERDICT', 'WAIT', 'DEAD_LETTER')) not valid;
