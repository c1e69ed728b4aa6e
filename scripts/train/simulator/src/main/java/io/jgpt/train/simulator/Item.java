package io.jgpt.train.simulator;

import java.util.List;

/** What stands after the goal in a trajectory. */
sealed interface Item {

  record Think(String text) implements Item {}

  record Act(String tool, List<String> arguments) implements Item {

    public Act {
      arguments = List.copyOf(arguments);
    }
  }

  record Obs(String text) implements Item {}

  record Finish(String text) implements Item {}
}
