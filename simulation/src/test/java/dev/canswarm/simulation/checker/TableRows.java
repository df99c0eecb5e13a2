package dev.canswarm.simulation.checker;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A database in memory that answers a query with the rows of the table that it names. */
final class TableRows implements Driver, AutoCloseable {
  static final String URL = "jdbc:rows:";

  final List<Object[]> archive = new ArrayList<>();
  final List<Object[]> oplog = new ArrayList<>();
  final List<Object[]> openNeeds = new ArrayList<>();

  TableRows() throws SQLException {
    DriverManager.registerDriver(this);
  }

  @Override
  public void close() throws SQLException {
    DriverManager.deregisterDriver(this);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler answers) {
    return type.cast(
        Proxy.newProxyInstance(TableRows.class.getClassLoader(), new Class<?>[] {type}, answers));
  }

  @Override
  public @Nullable Connection connect(String url, Properties properties) {
    if (!acceptsURL(url)) {
      return null;
    }
    Statement statement =
        proxy(
            Statement.class,
            (self, method, args) ->
                method.getName().equals("executeQuery") ? rows(String.valueOf(args[0])) : null);
    return proxy(
        Connection.class,
        (self, method, args) -> method.getName().equals("createStatement") ? statement : null);
  }

  private ResultSet rows(String sql) {
    List<Object[]> table =
        sql.contains("from oplog") ? oplog : sql.contains("from archive") ? archive : openNeeds;
    int[] next = new int[1];
    return proxy(
        ResultSet.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "next" -> next[0]++ < table.size();
              case "getString", "getBytes" -> table.get(next[0] - 1)[(int) args[0] - 1];
              default -> null;
            });
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.equals(URL);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}
