package io.jgpt.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Who plans, and how. */
final class PlannerOptions {

  /**
   * What a planner is called in a run's header.
   *
   * @param model as it was asked for; empty where there is none
   * @param temperature 0 where nothing is drawn
   * @param seed 0 where nothing is drawn
   */
  record Chosen(String name, String model, double temperature, long seed) {

    static final String LOCAL = "local";
    static final String OPENAI = "openai";

    /** Whether the model runs in this process. */
    boolean isLocal() {
      return name.equals(LOCAL);
    }

    boolean isEndpoint() {
      return name.equals(OPENAI);
    }
  }

  @Option(names = "--planner", paramLabel = "PLANNER", converter = Values.PlannerName.class)
  private Optional<String> planner = Optional.empty();

  @Option(names = "--temperature", paramLabel = "X", converter = Values.Temperature.class)
  private Optional<Double> temperature = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", converter = Values.Seed.class)
  private Optional<Long> seed = Optional.empty();

  /** Whether it was said who plans. */
  boolean isGiven() {
    return planner.isPresent();
  }

  /** Who plans: as the options say, else as the run that goes on was begun, else a model here. */
  Chosen chosen(Optional<Chosen> before, ModelOptions model, Invocation invocation) {
    String name = planner.or(() -> before.map(Chosen::name)).orElse(Chosen.LOCAL);
    Optional<Chosen> same = before.filter(chosen -> chosen.name.equals(name));
    if (name.equals(Chosen.LOCAL)) {
      return local(same, model, invocation);
    }
    refuse(Stream.concat(given(), model.given().stream()).toList(), "--planner " + Chosen.LOCAL);
    if (!name.equals(Chosen.OPENAI)) {
      refuse(model.asked().map(m -> "--model").stream().toList(), "--planner " + Chosen.OPENAI);
      return new Chosen(name, "", 0, 0);
    }
    String named =
        model
            .asked()
            .or(() -> same.map(Chosen::model))
            .orElseThrow(() -> CliException.usage("error.planner.model"));
    return new Chosen(name, named, 0, 0);
  }

  private Chosen local(Optional<Chosen> before, ModelOptions model, Invocation invocation) {
    String named =
        model.asked().or(() -> before.map(Chosen::model)).orElseGet(() -> model.asked(invocation));
    double chosen = temperature.or(() -> before.map(Chosen::temperature)).orElse(0.0);
    if (chosen == 0) {
      return new Chosen(Chosen.LOCAL, named, 0, seed.orElse(0L));
    }
    // As long as can be typed again.
    long drawn =
        seed.or(() -> before.map(Chosen::seed))
            .orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 32));
    return new Chosen(Chosen.LOCAL, named, chosen, drawn);
  }

  private Stream<String> given() {
    return Stream.of(temperature.map(t -> "--temperature"), seed.map(s -> "--seed"))
        .flatMap(Optional::stream);
  }

  private static void refuse(List<String> options, String without) {
    if (!options.isEmpty()) {
      throw CliException.usage("error.needs", options.getFirst(), without);
    }
  }
}
