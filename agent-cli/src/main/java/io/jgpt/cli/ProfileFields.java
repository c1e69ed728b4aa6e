package io.jgpt.cli;

import io.jgpt.agent.store.Profile;
import io.jgpt.agent.tool.DisplayText;
import java.util.Map;

/** The fields of the profile as they are typed, {@code NAME=VALUE}, and shown. */
final class ProfileFields {

  private ProfileFields() {}

  /**
   * The profile with one field changed; an empty value removes it.
   *
   * @throws CliException if there is no such field, or it cannot have that value
   */
  static Profile with(Profile profile, String assignment) {
    int equals = assignment.indexOf('=');
    String field = equals < 0 ? assignment : assignment.substring(0, equals).strip();
    if (equals < 0 || !Profile.FIELDS.contains(field)) {
      throw CliException.usage(
          "error.profile.field", assignment, String.join(", ", Profile.FIELDS));
    }
    String value = assignment.substring(equals + 1).strip();
    int length = value.codePointCount(0, value.length());
    if (length > Profile.LONGEST) {
      throw CliException.usage("error.profile.long", field, length, Profile.LONGEST);
    }
    if (field.equals("language") && !value.isEmpty() && !Profile.LANGUAGES.contains(value)) {
      throw CliException.usage(
          "error.profile.language", value, String.join(", ", Profile.LANGUAGES));
    }
    return profile.with(field, DisplayText.line(value));
  }

  /** A line for each field that is not empty. */
  static String list(Messages messages, Profile profile) {
    StringBuilder list = new StringBuilder();
    for (Map.Entry<String, String> field : profile.fields().entrySet()) {
      list.append(messages.text("profile." + field.getKey(), field.getValue())).append('\n');
    }
    return list.toString();
  }
}
