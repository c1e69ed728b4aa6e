package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MessagesTest {

  private static final Pattern PLACE = Pattern.compile("%[^%n][^a-zA-Z]*[a-zA-Z]");

  private static Properties load(String name) throws IOException {
    var properties = new Properties();
    try (InputStream in = Messages.class.getResourceAsStream(name)) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }

  private static Set<String> places(String text) {
    var places = new TreeSet<String>();
    PLACE.matcher(text).results().map(MatchResult::group).forEach(places::add);
    return places;
  }

  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    for (String name : new String[] {"messages", "help"}) {
      Properties english = load(name + ".properties");
      Properties chinese = load(name + "_zh.properties");
      assertEquals(
          new TreeSet<>(english.stringPropertyNames()),
          new TreeSet<>(chinese.stringPropertyNames()));
      for (String key : english.stringPropertyNames()) {
        assertEquals(
            places(english.getProperty(key)), places(chinese.getProperty(key)), name + " " + key);
      }
    }
  }

  @Test
  void positionsAreExplicit() throws IOException {
    Properties english = load("messages.properties");
    for (String key : english.stringPropertyNames()) {
      for (String place : places(english.getProperty(key))) {
        assertTrue(place.matches("%[1-9]\\$.*"), key + " " + place);
      }
    }
  }
}
