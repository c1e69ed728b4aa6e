package io.jgpt.agent.tool;

/**
 * How much one call may read, write and say.
 *
 * @param observation longest result, in code points; what is longer is cut, with a mark
 * @param readBytes most bytes read from one file
 * @param writtenBytes largest file written
 * @param files most files that a search or a listing looks at
 */
public record Limits(int observation, int readBytes, int writtenBytes, int files) {

  /** For a model with a context of a few thousand tokens. */
  public static final Limits STANDARD = new Limits(2000, 256 << 10, 1 << 20, 2000);

  /** Code points of a result that say at least whether it went well. */
  public static final int SHORTEST = 80;

  /** All are positive. */
  public Limits {
    if (observation < SHORTEST || readBytes < 1 || writtenBytes < 1 || files < 1) {
      throw new IllegalArgumentException(
          "limits: " + observation + ", " + readBytes + ", " + writtenBytes + ", " + files);
    }
  }

  /** The same with another length of results, as a smaller context asks for. */
  public Limits withObservation(int codePoints) {
    return new Limits(codePoints, readBytes, writtenBytes, files);
  }
}
