package io.jgpt.train.simulator;

/** What goes wrong with the last clause of a goal. */
enum Fault {
  NONE,
  /** The expression, the units or the path are such that the tool refuses. */
  REFUSED,
  /** The file is not there, or what is looked for is nowhere. */
  MISSING,
  /** The file is in another folder, where a search finds it. */
  ELSEWHERE,
  /** The user does not allow it. */
  DENIED
}
