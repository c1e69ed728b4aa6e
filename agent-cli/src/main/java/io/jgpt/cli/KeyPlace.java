package io.jgpt.cli;

import io.jgpt.agent.store.StateKey;
import java.nio.file.Path;
import java.util.Optional;

/** Says where the key of what is kept about the user is. */
final class KeyPlace {

  private KeyPlace() {}

  static String text(Messages messages, Path state, Optional<StateKey.Place> place) {
    if (place.isEmpty()) {
      return messages.text("privacy.key.none");
    }
    return switch (place.get()) {
      case FILE -> messages.text("privacy.key.file", state.resolve(StateKey.KEY));
      case KEYRING -> messages.text("privacy.key.keyring");
    };
  }
}
