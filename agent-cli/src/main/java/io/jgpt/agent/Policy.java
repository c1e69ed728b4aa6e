package io.jgpt.agent;

import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.ToolSpec;

/** Decides what may be done without asking, with asking, and not at all. */
@FunctionalInterface
public interface Policy {

  /** Reading is allowed, in the workspace as ever; what leaves a trace is asked about. */
  Policy USUAL = (spec, call) -> byEffect(spec.effect());

  /** About a call whose arguments fit the tool. */
  Decision check(ToolSpec spec, Call call);

  private static Decision byEffect(Effect effect) {
    return switch (effect) {
      case NONE, READS, ASKS -> new Decision.Allow("");
      case WRITES, RUNS, NETWORK, REMOTE -> new Decision.Ask("");
    };
  }
}
