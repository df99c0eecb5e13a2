package dev.canswarm.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** NEEDs of several tasks without a cycle, named in an order that does not show it. */
final class Graphs {
  private Graphs() {}

  /** A NEED whose tasks require others with a chance of one in two. */
  static String need(int tasks, Random random) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      List<String> requires = new ArrayList<>();
      for (int j = 0; j < i; j++) {
        if (random.nextBoolean()) {
          requires.add("\"t" + j + "\"");
        }
      }
      Collections.shuffle(requires, random);
      items.add(
          "{\"name\":\"t%d\",\"task_type\":\"%s\",\"input\":%d,\"requires\":[%s],\"produces\":[\"p%d\"]}"
              .formatted(i, PurePlay.TYPE, i, String.join(",", requires), i));
    }
    Collections.shuffle(items, random);
    return "{\"tasks\":[" + String.join(",", items) + "]}";
  }
}
