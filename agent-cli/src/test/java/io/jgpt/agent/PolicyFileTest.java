package io.jgpt.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PolicyFileTest {

  private static Decision check(String policy, Call call) throws JsonException {
    ToolSpec spec = Toolbox.standard().find(call.tool()).orElseThrow().spec();
    return PolicyFile.read(policy).check(spec, call);
  }

  private static Call write(String path) {
    return Call.of("write", "path", path, "text", "x");
  }

  @Test
  void theFirstRuleThatFitsDecidesElseTheUsual() throws JsonException {
    String policy =
        """
        {"rules": [
          {"tool": "write", "target": "reports/*.txt", "decision": "allow", "reason": "reports"},
          {"effect": "writes", "decision": "deny"},
          {"tool": "read", "decision": "ask"}]}
        """;
    assertEquals(new Decision.Allow("reports"), check(policy, write("reports/a.txt")));
    assertInstanceOf(Decision.Deny.class, check(policy, write("a.txt")));
    assertInstanceOf(Decision.Ask.class, check(policy, Call.of("read", "path", "a.txt")));
    assertInstanceOf(Decision.Allow.class, check(policy, Call.of("list")));
    assertInstanceOf(Decision.Ask.class, check("{}", write("a.txt")));
    assertInstanceOf(Decision.Allow.class, check("{}", Call.of("read", "path", "a.txt")));
  }

  @Test
  void aTargetIsNotLeftByAnyWayOfWritingIt() throws JsonException {
    String policy =
        "{\"rules\":[{\"tool\":\"write\",\"target\":\"r.d/**\",\"decision\":\"allow\"}]}";
    assertInstanceOf(Decision.Allow.class, check(policy, write("r.d/x/y")));
    for (String path : new String[] {"r.d/../a", "rxd/a", "r.d", "/r.d/a", "./r.d/a", "a/r.d/b"}) {
      assertInstanceOf(Decision.Ask.class, check(policy, write(path)), path);
    }
    String flat = policy.replace("**", "*");
    assertInstanceOf(Decision.Ask.class, check(flat, write("r.d/x/y")));
    String all = "{\"rules\":[{\"tool\":\"copy\",\"target\":\"in/*\",\"decision\":\"allow\"}]}";
    ToolSpec copy = Toolbox.standard().find("copy").orElseThrow().spec();
    Call half =
        Call.of(
            "copy",
            copy.parameters().get(0).name(),
            "in/a",
            copy.parameters().get(1).name(),
            "out/a");
    assertInstanceOf(Decision.Ask.class, check(all, half));
  }

  @Test
  void starsAreTheOnlySigns() throws JsonException {
    String policy = "{\"rules\":[{\"target\":\"%s\",\"decision\":\"allow\"}]}";
    for (String pair :
        new String[] {"a.(b)+|c a.(b)+|c", "* a", "** a/b", "*.txt .txt", "a*c/**/d abc/x/y/d"}) {
      String[] both = pair.split(" ", 2);
      assertInstanceOf(
          Decision.Allow.class, check(policy.formatted(both[0]), write(both[1])), pair);
    }
    for (String pair :
        new String[] {
          "a.c abc", "(b)+ bb", "a|b a", "* a/b", "a*c a/c", "*.txt a.txt.", "a/** a"
        }) {
      String[] both = pair.split(" ", 2);
      assertInstanceOf(Decision.Ask.class, check(policy.formatted(both[0]), write(both[1])), pair);
    }
  }

  /** A planner that writes a target on which a pattern would backtrack for ages. */
  @Test
  @Timeout(60)
  void noTargetTakesLong() throws JsonException {
    String policy =
        "{\"rules\":[{\"target\":\"" + "**a".repeat(40) + "\",\"decision\":\"allow\"}]}";
    assertInstanceOf(Decision.Ask.class, check(policy, write("a".repeat(1000) + "b")));
    assertInstanceOf(Decision.Allow.class, check(policy, write("a".repeat(1000))));
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    for (String policy :
        new String[] {
          "[]",
          "{\"rule\":[]}",
          "{\"rules\":{}}",
          "{\"rules\":[{\"tool\":\"write\"}]}",
          "{\"rules\":[{\"decision\":\"maybe\"}]}",
          "{\"rules\":[{\"decision\":\"deny\",\"path\":\"x\"}]}",
          "{\"rules\":[{\"effect\":\"burns\",\"decision\":\"deny\"}]}",
        }) {
      assertThrows(JsonException.class, () -> PolicyFile.read(policy), policy);
    }
  }
}
