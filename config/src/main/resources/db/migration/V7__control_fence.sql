-- Every turn reads the number of the last entry of the control chain, not only one that decides (ADR 39): no row that was judged
-- under an older head is stored after an entry. Locks on the row of control_head would let turns that overlap keep an entry
-- waiting for ever, and each of them would write to the row's page. An advisory lock is taken in turn, and writes nothing.

-- The number of the last entry, of which there is no further one before this transaction has ended. A volatile function's
-- statements each have a snapshot of their own, so the number is what is committed once the lock is had.
create function control_head_held() returns bigint language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('can-swarm/control-head', 0));
  return (select number from control_head);
end
$$;

create or replace function control_head_follow() returns trigger language plpgsql security definer set search_path from current as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('can-swarm/control-head', 0));
  update control_head set number = greatest(number, substr(new.slot, 9)::bigint);
  return null;
end
$$;
