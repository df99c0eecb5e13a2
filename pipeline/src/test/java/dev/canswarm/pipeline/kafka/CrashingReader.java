package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A process that takes three records of one partition, is done with the last two and with one of
 * another partition, and then waits to be killed. Arguments: bootstrap, group, cluster, topics,
 * partition of the three. With a sixth, which is its id in the group, it takes what it is given and
 * is done with nothing.
 */
final class CrashingReader {
  private CrashingReader() {}

  public static void main(String[] args) {
    int partition = Integer.parseInt(args[4]);
    KafkaBus.Settings settings =
        KafkaBuses.settings(args[0], args[1], List.of(args[3].split(",", -1)), 10, 10);
    boolean member = args.length > 5;
    KafkaBus bus =
        new KafkaBus(
            member ? KafkaBuses.ofMember(settings, args[5]) : settings,
            args[2],
            Schedulers.boundedElastic());
    BusProbe probe = BusProbe.on(bus);
    if (member) {
      Mono.never().block();
    }
    for (Delivery delivery : probe.next(4)) {
      if (delivery.partition() != partition || delivery.offset() > 0) {
        delivery.acknowledgement().acknowledge();
      }
    }
    Mono.never().block();
  }
}
