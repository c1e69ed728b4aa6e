package io.jgpt.agent.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.tool.MemoryWorkspace;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.testing.ToolContexts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TabulateTest {

  private static final String ORDERS =
      """
      date,customer,item,amount,status
      2026-11-02,Ada,paper,12.10,paid
      2026-11-03,Grace,"ink, black",0.2,open
      2026-11-09,Ada,"chairs ""old\""","1,200.00",open

      2026-11-10,刘洋,茶,,open
      """;

  private final MemoryWorkspace workspace = new MemoryWorkspace();

  private String table(String what, String... namesAndValues) {
    Map<String, String> arguments = new TreeMap<>(Map.of("path", "t.csv", "what", what));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      arguments.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    var context = ToolContexts.of(workspace);
    return Toolbox.of(List.of(new Tabulate())).call("table", arguments, context).text();
  }

  private TabulateTest with(String text) {
    try {
      workspace.write("t.csv", text, 4 << 20);
    } catch (ToolException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  @Test
  void itAddsUpExactly() {
    with(ORDERS);
    assertEquals("1212.30", table("sum", "column", "amount"));
    assertEquals("1200.20", table("sum", "column", "amount", "where", "status = open"));
    assertEquals("0", table("sum", "column", "amount", "where", "status = lost"));
    assertEquals("0.30", with("n\n0.10\n0.20\n").table("sum", "column", "n"));
    assertEquals("-3.5", with("n\n$1.5\n-5\n").table("sum", "column", "n"));
    String large = "9".repeat(60);
    assertEquals(
        "1" + "9".repeat(59) + "8", with("n\n" + large + "\n" + large).table("sum", "column", "n"));
  }

  @Test
  void itCounts() {
    with(ORDERS);
    assertEquals("4", table("count"));
    assertEquals("3", table("count", "column", "amount"));
    assertEquals("Ada: 2\nGrace: 1\n刘洋: 1", table("count", "by", "customer"));
    assertEquals("paid: 12.10\nopen: 1200.20", table("sum", "column", "amount", "by", "status"));
    assertEquals("no rows", table("count", "by", "customer", "where", "customer = Bob"));
  }

  @Test
  void anAverageIsExactWhereItCanBe() {
    with(ORDERS);
    assertEquals("404.1", table("average", "column", "amount"));
    assertEquals("0.66666666666666666667", with("n\n1\n1\n0\n").table("average", "column", "n"));
    assertEquals("100", with("n\n100\n").table("average", "column", "n"));
    assertEquals("error: no row has a n", with("n,m\n,1\n").table("average", "column", "n"));
  }

  @Test
  void leastAndGreatestAreOfNumbersOrDays() {
    with(ORDERS);
    assertEquals("0.2", table("least", "column", "amount"));
    assertEquals("1,200.00", table("greatest", "column", "amount"));
    assertEquals("2026-11-10", table("greatest", "column", "date"));
    assertEquals(
        "error: t.csv line 2: customer is \"Ada\", which is no number or day like the others",
        table("least", "column", "customer"));
    assertEquals("error: no row has a n", with("n,m\n,1\n").table("least", "column", "n"));
  }

  @Test
  void itShowsColumnsAndRows() {
    with(ORDERS);
    assertEquals("date, customer, item, amount, status\n4 rows", table("columns"));
    assertEquals(
        "date, customer, item, amount, status\n2026-11-03, Grace, ink, black, 0.2, open",
        table("rows", "where", "customer = Grace"));
    assertEquals("chairs \"old\"", table("rows", "column", "item", "where", "amount > 100"));
    assertEquals("no rows", table("rows", "where", "amount > 5000"));
    String many = with("n\n" + "7\n".repeat(53)).table("rows");
    assertTrue(many.endsWith("\n7\n[3 more]"), many);
  }

  @Test
  void conditionsCompareByWorth() {
    with(ORDERS);
    assertEquals("1", table("count", "where", "amount = 0.20"));
    assertEquals("2", table("count", "where", "amount <= 12.1"));
    assertEquals("2", table("count", "where", "amount>=12.1"));
    assertEquals("3", table("count", "where", "amount != 0.2")); // an empty one is another
    assertEquals("2", table("count", "where", "date > 2026-11-03"));
    assertEquals(
        "1", table("count", "where", "date < 2026-11-10 and STATUS = open and amount > 1"));
    assertEquals("1", table("count", "where", "customer = 刘洋 且 status = open"));
    assertEquals("1", table("count", "where", "item = \"ink, black\" and amount = 0.2"));
    assertEquals(
        "1",
        with("place\nBath and Wells\nBath\n")
            .table("count", "where", "place = \"Bath and Wells\""));
    assertEquals("1", with("a\n\nx\n\"\"\n").table("count", "where", "a = "));
  }

  @Test
  void semicolonsAndTabulatorsSeparateToo() {
    assertEquals("7", with("a;b\n3;x\n4;y,z\n").table("sum", "column", "a"));
    assertEquals("7", with("a\tb\r\n3\tx\r\n4\ty;z\r\n").table("sum", "column", "a"));
    // Three and a half, or three thousand five hundred?
    assertEquals(
        "error: t.csv line 2: a is \"3,500\", which is no number",
        with("a;b\n3,500;x\n").table("sum", "column", "a"));
  }

  @Test
  void whatCannotBeCountedIsSaid() {
    with(ORDERS);
    assertEquals(
        "error: t.csv has no column total; it has date, customer, item, amount, status",
        table("sum", "column", "total"));
    assertTrue(table("sum").startsWith("error: which column?"));
    assertTrue(table("median").startsWith("error: what is median; it must be"));
    assertTrue(table("count", "where", "status").startsWith("error: where is status;"));
    assertTrue(table("count", "where", "= 3").startsWith("error: where is = 3;"));
    assertTrue(
        table("count", "where", "status = open or status = paid and")
            .startsWith("error: where is"));
    assertEquals(
        "error: t.csv line 2: item is \"paper\", which is no number",
        table("sum", "column", "item"));
    assertEquals(
        "error: t.csv line 2: item is \"paper\", which cannot be compared with 3",
        table("count", "where", "item > 3"));
    assertEquals("error: no file t2.csv", table("count", "path", "t2.csv"));
    assertTrue(with("a,b\n1\n").table("count").startsWith("error: t.csv is no table: "));
    assertTrue(with("a,b\n1,2,3\n").table("count").startsWith("error: t.csv is no table: "));
    assertTrue(with("a,b\n1,\"2\n").table("count").startsWith("error: t.csv is no table: "));
    assertEquals("error: t.csv has two columns a", with("a,a\n1,2\n").table("sum", "column", "a"));
    assertEquals("error: t.csv is empty", with("").table("count"));
  }

  @Test
  void aPartOfATableIsNotCountedOn() {
    with("n\n" + "1\n".repeat(1 << 19));
    assertEquals("error: t.csv has more than 1048576 bytes", table("sum", "column", "n"));
  }
}
