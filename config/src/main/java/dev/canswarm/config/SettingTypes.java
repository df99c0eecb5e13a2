package dev.canswarm.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Factories for the types of settings. */
final class SettingTypes {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern RATIO = Pattern.compile("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]{2,64}]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})");
  private static final String COMMA = "\\s*,\\s*";
  private static final int PORT_MAX = 65535;

  private SettingTypes() {}

  static SettingType<Long> whole(long min, long max) {
    return new SettingType<>(
        "an integer from " + min + " to " + max,
        false,
        text ->
            Optional.of(text)
                .filter(INTEGER.asMatchPredicate())
                .map(Long::valueOf)
                .filter(value -> value >= min && value <= max));
  }

  static SettingType<Integer> integer(int min, int max) {
    SettingType<Long> whole = whole(min, max);
    return new SettingType<>(
        whole.expected(), false, text -> whole.read(text).map(Math::toIntExact));
  }

  static SettingType<Optional<Integer>> optionalInteger(int min, int max) {
    SettingType<Integer> integer = integer(min, max);
    return optional(integer.expected() + ", or empty", integer::read);
  }

  /** A share of a whole, as a decimal number. */
  static SettingType<Double> ratio() {
    return new SettingType<>(
        "a decimal number from 0 to 1, such as 0.05",
        false,
        text -> Optional.of(text).filter(RATIO.asMatchPredicate()).map(Double::valueOf));
  }

  /** The URL of an HTTP server, without a login: that would show in settings and messages. */
  static SettingType<Optional<URI>> httpUrl() {
    return optional(
        "http://HOST:PORT/PATH or https://HOST:PORT/PATH without a login and a query, or empty",
        SettingTypes::httpUrl);
  }

  static SettingType<String> text(String expected, String pattern) {
    return new SettingType<>(
        expected,
        false,
        text -> Optional.of(text).filter(Pattern.compile(pattern).asMatchPredicate()));
  }

  static SettingType<Boolean> flag() {
    return new SettingType<>(
        "true or false",
        false,
        text ->
            Optional.of(text)
                .filter(word -> word.equals("true") || word.equals("false"))
                .map(Boolean::valueOf));
  }

  /** A type whose values are the constants of an enum, written in lower case with dashes. */
  static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    return new SettingType<>(
        "one of " + String.join(", ", constants.stream().map(SettingTypes::spelled).toList()),
        false,
        text -> constants.stream().filter(one -> spelled(one).equals(text)).findFirst());
  }

  /** A type whose values are non-empty lists of an enum's constants without duplicates. */
  static <E extends Enum<E>> SettingType<List<E>> choices(Class<E> type) {
    SettingType<E> one = choice(type);
    return new SettingType<>(
        "a list of distinct values from " + one.expected().substring("one of ".length()),
        true,
        text ->
            commaList(text)
                .flatMap(items -> each(items, one::read))
                .filter(SettingTypes::someAndDistinct));
  }

  static SettingType<Path> path() {
    return new SettingType<>(
        "a path", false, text -> text.isEmpty() ? Optional.empty() : path(text));
  }

  static SettingType<Optional<Path>> optionalPath() {
    return optional("a path, or empty", SettingTypes::path);
  }

  static SettingType<List<Path>> paths() {
    return new SettingType<>(
        "a list of paths",
        true,
        text -> commaList(text).flatMap(items -> each(items, SettingTypes::path)));
  }

  /**
   * A program and its arguments. Plain text is split at white space, without quoting and without a
   * shell.
   */
  static SettingType<List<String>> command() {
    return new SettingType<>(
        "a command: a program and its arguments",
        true,
        text ->
            list(text, "\\s+")
                .filter(words -> words.isEmpty() || !words.get(0).isEmpty())
                .filter(words -> words.stream().noneMatch(word -> word.indexOf('\0') >= 0)));
  }

  static SettingType<Optional<String>> bootstrap() {
    return new SettingType<>(
        "HOST:PORT of one or several brokers, or empty",
        true,
        text ->
            servers(text)
                .filter(servers -> servers.stream().allMatch(SettingTypes::hostAndPort))
                .map(servers -> String.join(",", servers))
                .flatMap(servers -> Optional.of(Optional.of(servers).filter(s -> !s.isEmpty()))));
  }

  static SettingType<Optional<PostgresEndpoint>> postgres() {
    return optional(
        "postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE&sslrootcert=FILE, or empty",
        PostgresEndpoint::parse);
  }

  static SettingType<Optional<Secret>> redis() {
    return optional(
        "redis://:PASSWORD@HOST:PORT/DATABASE or rediss://…?sslrootcert=FILE, or empty",
        text -> Optional.of(text).filter(SettingTypes::redisUrl).map(Secret::new));
  }

  static SettingType<String> anyText() {
    return new SettingType<>("a text", false, Optional::of);
  }

  static SettingType<Optional<Secret>> password() {
    return optional("a password, or empty", text -> Optional.of(new Secret(text)));
  }

  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <T> SettingType<Optional<T>> optional(
      String expected, Function<String, Optional<T>> reader) {
    return new SettingType<>(
        expected,
        false,
        text -> {
          Optional<T> value = text.isEmpty() ? Optional.empty() : reader.apply(text);
          return value.isPresent() || text.isEmpty() ? Optional.of(value) : Optional.empty();
        });
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  private static Optional<URI> httpUrl(String text) {
    try {
      URI uri = new URI(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getPort() <= PORT_MAX
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException notAUrl) {
      return Optional.empty();
    }
  }

  private static boolean redisUrl(String text) {
    try {
      URI uri = new URI(text);
      return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() <= PORT_MAX
          && uri.getRawFragment() == null;
    } catch (URISyntaxException notAnUri) {
      return false;
    }
  }

  private static boolean hostAndPort(String text) {
    var match = HOST_AND_PORT.matcher(text);
    if (!match.matches()) {
      return false;
    }
    int port = Integer.parseInt(match.group(2));
    return port > 0 && port <= PORT_MAX;
  }

  /**
   * Splits a list of servers. An IPv6 address starts with a bracket as a YAML list does, so the
   * text counts as a YAML list only if it also ends with a bracket.
   */
  private static Optional<List<String>> servers(String text) {
    String stripped = text.strip();
    return stripped.endsWith("]") ? commaList(stripped) : Optional.of(split(stripped, COMMA));
  }

  private static Optional<List<String>> commaList(String text) {
    return list(text, COMMA);
  }

  /** Returns the items of {@code [a, "b c"]}, or else the parts of the text between separators. */
  private static Optional<List<String>> list(String text, String separator) {
    String stripped = text.strip();
    if (stripped.startsWith("[")) {
      return YamlNodes.scalars(stripped);
    }
    return Optional.of(split(stripped, separator));
  }

  private static List<String> split(String text, String separator) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(separator, -1));
  }

  private static <T> Optional<List<T>> each(
      List<String> items, Function<String, Optional<T>> reader) {
    List<T> values = new ArrayList<>(items.size());
    for (String item : items) {
      Optional<T> value = reader.apply(item);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(List.copyOf(values));
  }

  private static boolean someAndDistinct(List<?> items) {
    return !items.isEmpty() && new HashSet<>(items).size() == items.size();
  }
}
