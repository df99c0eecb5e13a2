package dev.canswarm.port;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Records with text for keys and values, as tests send and read them. */
public final class BusRecords {
  private BusRecords() {}

  /** A record without headers. */
  public static OutgoingRecord message(String topic, String key, String value) {
    return new OutgoingRecord(topic, bytes(key), bytes(value), new TreeMap<>());
  }

  /** Sends one record and waits until it is stored. */
  public static void send(Bus bus, String topic, String key, String value) {
    bus.send(message(topic, key, value)).block(BusProbe.AWAIT);
  }

  /** The value of a record that has one. */
  public static String value(Delivery delivery) {
    return new String(Objects.requireNonNull(delivery.value()), UTF_8);
  }

  /** The values of records that have one. */
  public static List<String> values(List<Delivery> records) {
    return records.stream().map(BusRecords::value).toList();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
