-- What the pipeline's role may do, run by the owner after every migration. ${role} is the role, quoted.
-- It inserts and reads what was said and can change none of it; only the timers come and go.
grant usage on schema public to ${role};
grant select on oplog, ops, tasks, edges, open_needs, archive, flyway_schema_history to ${role};
grant insert on oplog, archive, open_needs to ${role};
grant update, delete on open_needs to ${role};
grant usage on sequence decider_epoch to ${role};
