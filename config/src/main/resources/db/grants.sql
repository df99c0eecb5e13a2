-- What the pipeline's role may do, run by the owner after every migration. ${role} is the role, quoted.
-- It inserts and reads what was said and can change none of it; only the timers, and notes for people, change.
grant usage on schema public to ${role};
grant select on oplog, ops, tasks, edges, open_needs, archive, attempt_failures, oplog_readers, need_list,
  need_list_failed, need_artifacts, control_head, flyway_schema_history to ${role};
grant insert on oplog, archive, open_needs to ${role};
grant update, delete on open_needs to ${role};
grant usage on sequence decider_epoch to ${role};
grant insert, update on attempt_failures to ${role};
-- Lists that follow the op-log.
grant update on oplog_readers to ${role};
grant insert, update on need_list to ${role};
grant insert on need_list_failed, need_artifacts to ${role};
