-- A NEED lies in the scope of its thread and all that follows from it in a scope of its own, so who knows only the id of a
-- NEED had to read its whole thread, which may hold any number of NEEDs. NEEDs have an entry here; other rows pay nothing.
-- Rows that are there already are indexed now; on a large table this takes a while, at the first start.
create index oplog_needs on oplog (id) where kind = 'NEED';
