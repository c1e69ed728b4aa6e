/** Has a branch, so that its verification needs a stack map. */
public final class OldClass {
  @Override
  public String toString() {
    Object text = hashCode() == 0 ? Integer.valueOf(0) : "an old class";
    return String.valueOf(text);
  }
}
