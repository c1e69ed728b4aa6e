package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.util.Locale;

/** A model in a dtype: what is opened together, and measured in turn. */
record Stage(Shape shape, DType dtype) {

  /** As the options spell it. */
  String dtypeName() {
    return dtype.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return shape.name() + " " + dtypeName();
  }
}
