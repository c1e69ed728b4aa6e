package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Closing in reverse, whatever fails on the way. */
class ResourcesTest {

  private final List<String> closed = new ArrayList<>();
  private final Resources resources = new Resources();

  private AutoCloseable resource(String name) {
    return () -> closed.add(name);
  }

  private AutoCloseable failing(String name, RuntimeException failure) {
    return () -> {
      closed.add(name);
      throw failure;
    };
  }

  @Test
  void closesInReverseAndOnce() {
    resources.add(resource("a"));
    resources.add(resource("b"));
    resources.close();
    resources.close();
    assertEquals(List.of("b", "a"), closed);
  }

  @Test
  void goesOnAfterAFailureAndThrowsTheFirst() {
    var first = new IllegalStateException("first");
    resources.add(resource("a"));
    resources.add(failing("b", new IllegalStateException("second")));
    resources.add(failing("c", first));
    assertSame(first, assertThrows(IllegalStateException.class, resources::close));
    assertEquals(List.of("c", "b", "a"), closed);
  }

  @Test
  void aFailureWhileOpeningStaysTheOneThatIsTold() {
    var opening = new IllegalStateException("opening");
    var closing = new IllegalStateException("closing");
    resources.add(failing("a", closing));
    resources.closeAfter(opening);
    assertSame(closing, opening.getSuppressed()[0]);
  }
}
