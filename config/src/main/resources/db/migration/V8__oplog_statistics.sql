-- Autovacuum reads the op-log whenever it has grown by a tenth (ANALYZE) or a fifth (VACUUM). With PostgreSQL's defaults that took
-- most of a core for two seconds at 60,000 rows, and every NEED on its way waited. No plan depends on these figures: the
-- statements of a turn have generic plans, which go by the indexes.

-- 3,000 rows instead of 30,000 are sampled, and the columns with the bytes, which no statement compares, are not looked at.
alter table oplog
  alter column scope set statistics 10,
  alter column slot set statistics 10,
  alter column id set statistics 10,
  alter column need_id set statistics 10,
  alter column thread_id set statistics 10,
  alter column kind set statistics 10,
  alter column sender set statistics 10,
  alter column lamport set statistics 10,
  alter column timestamp_ns set statistics 0,
  alter column bytes set statistics 0,
  alter column ops set statistics 0,
  alter column stored_ms set statistics 10,
  alter column xact set statistics 10,
  alter column position set statistics 10;

-- A table without dead rows is in no hurry to be vacuumed: in milliseconds, after the work that costs 200 (PostgreSQL's unit).
alter table oplog set (autovacuum_vacuum_cost_delay = 20);
