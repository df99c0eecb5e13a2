package dev.canswarm.pipeline.embedded;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The SQL that makes the roles of the embedded PostgreSQL, also on data of an older version. */
final class PostgresRoles {
  private static final String SCHEMA = "public";

  private PostgresRoles() {}

  /**
   * Returns statements, one a line, which may run any number of times. Everything in the schema
   * becomes the owner's: an older version left it to the superuser.
   */
  static String sql(StackSecrets secrets) {
    String owner = PostgresRole.OWNER.user();
    String database = EmbeddedStack.POSTGRES_DATABASE;
    Stream<String> roles =
        Stream.of(PostgresRole.values()).flatMap(role -> role(role, secrets).stream());
    Stream<String> rights =
        Stream.of(
            "alter database " + database + " owner to " + owner,
            "revoke all on database " + database + " from public",
            "grant connect on database " + database + " to " + PostgresRole.PIPELINE.user(),
            ownTables(owner),
            ownFunctions(owner));
    return Stream.of(Stream.of("set password_encryption = 'scram-sha-256'"), roles, rights)
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static List<String> role(PostgresRole role, StackSecrets secrets) {
    String password = " login password '" + secrets.of(role).reveal() + "'";
    String user = role.user();
    if (role == PostgresRole.SUPERUSER) {
      return List.of("alter role " + user + password);
    }
    return List.of(
        "do $$ begin if not exists (select from pg_roles where rolname = '%s') then create role %s;"
                .formatted(user, user)
            + " end if; end $$",
        "alter role "
            + user
            + " nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
            + password);
  }

  private static String ownTables(String owner) {
    return ("do $$ declare r record; begin for r in select oid::regclass as name, relkind from"
            + " pg_class where relnamespace = '%s'::regnamespace and relkind in ('r', 'v', 'S')"
            + " loop execute format('alter %%s %%s owner to %s', case r.relkind when 'r' then"
            + " 'table' when 'v' then 'view' else 'sequence' end, r.name); end loop; end $$")
        .formatted(SCHEMA, owner);
  }

  private static String ownFunctions(String owner) {
    return ("do $$ declare r record; begin for r in select oid::regprocedure as name from pg_proc"
            + " where pronamespace = '%s'::regnamespace loop execute format('alter function %%s"
            + " owner to %s', r.name); end loop; end $$")
        .formatted(SCHEMA, owner);
  }
}
