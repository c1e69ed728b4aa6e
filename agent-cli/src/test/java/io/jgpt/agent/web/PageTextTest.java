package io.jgpt.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageTextTest {

  private static String text(String html) {
    return PageText.of(html.getBytes(StandardCharsets.UTF_8), Optional.empty());
  }

  @Test
  void blocksAreLinesAndListsHaveMarks() {
    assertEquals(
        "Prices\nFruit\nAn apple costs 2 &amp; a half.\n- red\n- green\na b\nc d",
        text(
            """
            <html><head><title>Prices</title><style>p {}</style></head><body>
            <h1>Fruit</h1><p>An <i>apple</i>
               costs 2 &amp;amp; a half.</p><ul><li>red<li>green</ul>
            <table><tr><td>a<td>b</tr><tr><th>c<th>d</tr></table>
            <script>alert(1)</script></body></html>
            """));
  }

  @Test
  void whatNobodySeesIsNotRead() {
    assertEquals(
        "seen",
        text(
            "<p>seen</p><p hidden>1</p><p style='color:red; Display: none'>2</p>"
                + "<div aria-hidden=true>3</div><template>4</template><noscript>5</noscript>"
                + "<!-- 6 --><span style=\"visibility:hidden\">7</span>"));
  }

  @Test
  void thePageSaysItsEncodingWhereTheServerDoesNot() {
    byte[] gbk = "<meta charset=gbk><p>你好</p>".getBytes(Charset.forName("GBK"));
    assertEquals("你好", PageText.of(gbk, Optional.empty()));
    assertEquals("你好", text("<p>你好</p>"));
    byte[] utf = "<meta charset=gbk><p>你好</p>".getBytes(StandardCharsets.UTF_8);
    assertEquals("你好", PageText.of(utf, Optional.of(StandardCharsets.UTF_8)));
  }

  @Test
  void aDeepPageIsNoTrouble() {
    assertTrue(text("<div>".repeat(100_000) + "deep").endsWith("deep"));
  }
}
