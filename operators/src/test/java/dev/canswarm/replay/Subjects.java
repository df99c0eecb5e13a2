package dev.canswarm.replay;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Subjects for tests of single checks. */
final class Subjects {
  private Subjects() {}

  /** All that a NEED recorded. */
  static Subject whole(ReplayFixture need) {
    return of(need, without(need, envelope -> false));
  }

  /** The envelopes of a NEED but for these. */
  static List<Envelope> without(ReplayFixture need, Predicate<Envelope> missing) {
    return Arrays.stream(Verb.values())
        .flatMap(verb -> need.all(verb).stream())
        .filter(missing.negate())
        .toList();
  }

  /** A NEED of which these were recorded, each as one that holds its slot. */
  static Subject of(ReplayFixture need, List<Envelope> taken) {
    return of(need, taken, List.of());
  }

  /** The same, with envelopes that were seen and hold no slot. */
  static Subject of(ReplayFixture need, List<Envelope> taken, List<Envelope> seen) {
    NeedRecords records = new NeedRecords(new NeedId(need.all(Verb.NEED).get(0).id()));
    for (Envelope envelope : taken) {
      records.add(new NeedRecords.Entry(envelope, "log:" + envelope.lamport(), true));
    }
    for (Envelope envelope : seen) {
      records.add(new NeedRecords.Entry(envelope, "seen:" + envelope.lamport(), false));
    }
    return new SubjectReader(RulesBook.of(need.rules()), need.needId(), records, new Findings())
        .read();
  }

  /** A NEED in whose record one envelope replaces another. */
  static Subject replacing(ReplayFixture need, Envelope one, Envelope other) {
    return of(need, with(without(need, one::equals), other));
  }

  /** These and one more. */
  static List<Envelope> with(List<Envelope> envelopes, Envelope more) {
    List<Envelope> all = new ArrayList<>(envelopes);
    all.add(more);
    return all;
  }

  /** The same where nobody knows the rules that it was made under. */
  static Subject withoutRules(Subject subject) {
    return new Subject(
        subject.history(), null, List.of("its policy"), null, subject.end(), subject.closure());
  }
}
