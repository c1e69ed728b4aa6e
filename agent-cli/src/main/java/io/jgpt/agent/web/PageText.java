package io.jgpt.agent.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/**
 * A page as somebody reads it: its title and its lines, without marks, scripts and what is hidden.
 */
final class PageText implements NodeVisitor {

  private static final String UNSEEN =
      "script, style, noscript, template, svg, iframe, object, head > :not(title), [hidden],"
          + " [aria-hidden=true], [style~=(?i)display:\\s*none|visibility:\\s*hidden]";

  private final StringBuilder text = new StringBuilder();

  private PageText() {}

  /**
   * The text of an HTML page.
   *
   * @param encoding as the server says; none: as the page says, else UTF-8
   */
  static String of(byte[] html, Optional<Charset> encoding) {
    Document page;
    try {
      String name = encoding.map(Charset::name).orElse(null);
      page = Jsoup.parse(new ByteArrayInputStream(html), name, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
    page.select(UNSEEN).remove();
    var reader = new PageText();
    page.traverse(reader);
    return reader.text.toString().strip();
  }

  /** Text that is no HTML. */
  static String plain(byte[] bytes, Optional<Charset> encoding) {
    return new String(bytes, encoding.orElse(StandardCharsets.UTF_8)).strip();
  }

  @Override
  public void head(Node node, int depth) {
    switch (node) {
      case TextNode words -> add(words.getWholeText());
      case Element element when isCell(element) -> add(" ");
      case Element element when element.isBlock() || element.normalName().equals("br") -> {
        line();
        if (element.normalName().equals("li")) {
          text.append("- ");
        }
      }
      default -> {}
    }
  }

  @Override
  public void tail(Node node, int depth) {
    if (node instanceof Element element
        && !isCell(element)
        && (element.isBlock() || element.normalName().equals("title"))) {
      line();
    }
  }

  private static boolean isCell(Element element) {
    return element.normalName().equals("td") || element.normalName().equals("th");
  }

  private void add(String words) {
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (!Character.isWhitespace(c) && c != '\u00A0') {
        text.append(c);
      } else if (!text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1))) {
        text.append(' ');
      }
    }
  }

  private void line() {
    while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
  }
}
