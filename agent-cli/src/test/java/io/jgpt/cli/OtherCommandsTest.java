package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.Generation;
import io.jgpt.LanguageModel;
import io.jgpt.Logprobs;
import io.jgpt.Options;
import io.jgpt.sampling.Sampling;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tokenize}, {@code bench}, {@code models}, {@code doctor}, {@code --version}. */
final class OtherCommandsTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private Map<String, Object> json(String... arguments) {
    Shell.Run run = shell.run(arguments);
    assertEquals("", run.err());
    return JsonTree.object(run.out());
  }

  @Test
  void tokenizeShowsIdsAndPieces() {
    assertEquals(
        """
         id  piece  text
         97  a      "a"
         32  Ġ      " "
        231  ç      \\xE7
        139  ĭ      \\x8B
        188  ¼      \\xBC
        """,
        shell.run("tokenize", "a 狼").out());
  }

  @Test
  void tokenizeColumnsAlignInChinese() {
    assertEquals(
        """
        编号  词元  文本
          97  a     "a"
        """,
        shell.run("tokenize", "--lang", "zh", "a").out());
  }

  @Test
  void tokenizeTakesTheTextAsItIs() {
    Map<String, Object> object = json("tokenize", "--json", "ab");
    assertEquals(List.of(97.0, 98.0), object.get("token_ids"));
    assertEquals(List.of("a", "b"), object.get("pieces"));
    assertEquals(2.0, object.get("count"));
    shell.stdin("ab\n");
    assertEquals(List.of(97.0, 98.0, 10.0), json("tokenize", "--json").get("token_ids"));
    assertEquals(0.0, json("tokenize", "--json", "").get("count"));
  }

  @Test
  void benchTimesBothPhases() {
    Map<String, Object> object = json("bench", "--json", "-p", "8", "-n", "4", "-r", "3");
    assertEquals(
        Set.of("model", "device", "device_name", "dtype", "threads", "bandwidth_gb_s", "results"),
        object.keySet());
    List<?> results = JsonTree.list(object.get("results"));
    assertEquals(
        List.of("pp8", "tg4"),
        results.stream().map(result -> JsonTree.object(result).get("test")).toList());
    Map<String, Object> decode = JsonTree.object(results.get(1));
    assertEquals(3.0, decode.get("runs"));
    double median = (double) decode.get("median");
    assertTrue((double) decode.get("min") <= median && median <= (double) decode.get("max"));
    double roof = (double) object.get("bandwidth_gb_s") * 1e9;
    double share = median * (double) decode.get("bytes_per_token") / roof;
    assertEquals(share, (double) decode.get("share_of_roof"), 1e-3 * share);
    assertEquals(JsonTree.NULL, JsonTree.object(results.get(0)).get("share_of_roof"));
  }

  @Test
  void benchFitsItsUsualCountsToASmallContext() {
    String table = shell.run("bench", "-r", "1").out();
    assertTrue(table.contains("\npp64 ") && table.contains("\ntg63 "), table);
    assertTrue(shell.run("bench", "-r", "1", "-d", "4").out().contains("\npp60@d4 "));
  }

  @Test
  void benchTakesTheMiddleOfItsRuns() {
    assertEquals(2.0, new Bench.Result("t", List.of(3.0, 1.0, 2.0), 1).median());
    assertEquals(2.5, new Bench.Result("t", List.of(4.0, 1.0, 2.0, 3.0), 1).median());
  }

  @Test
  void modelsListsWhatIsHereAndWhatIsWrongWithIt() {
    Path models = shell.userHome.resolve(".cache/jgpt/models");
    TinyModel.write(models.resolve("someone/fetched"));
    shell.file(models.resolve("broken/config.json"), "{");
    List<?> found = JsonTree.list(json("models", "--json").get("models"));
    Map<String, Map<String, Object>> byName =
        found.stream()
            .map(model -> JsonTree.object(model))
            .collect(Collectors.toMap(model -> model.get("name").toString(), model -> model));
    assertEquals(Set.of("mini", "other", "acting", "someone/fetched", "broken"), byName.keySet());
    assertEquals(true, byName.get("mini").get("bundled"));
    assertEquals(false, byName.get("someone/fetched").get("bundled"));
    assertEquals(257.0, byName.get("mini").get("vocab_size"));
    assertTrue(byName.get("broken").containsKey("error"));
    assertFalse(byName.get("broken").containsKey("parameters"));
    assertTrue(shell.run("models").out().contains("model.safetensors"));
  }

  @Test
  void parametersAreCountedAsPeopleKnowThem() {
    try (LanguageModel model = LanguageModel.open(shell.mini(), Options.device("cpu"))) {
      long block = 16 * 48 + 48 + 16 * 16 + 16 + 2 * 16 * 64 + 64 + 16 + 64;
      long expected = (257 + 64) * 16 + block + 32 + 257 * 16;
      assertEquals(expected, ModelFacts.parameters(model.info().config()));
    }
    assertEquals("124M", ModelFacts.rounded(124_439_808));
    assertEquals("5.7M", ModelFacts.rounded(5_656_576));
    assertEquals("1.6B", ModelFacts.rounded(1_557_611_200));
    assertEquals("12K", ModelFacts.rounded(12_345));
  }

  private String verdict(Map<String, Object> doctor, String name) {
    return JsonTree.list(doctor.get("checks")).stream()
        .map(check -> JsonTree.object(check))
        .filter(check -> check.get("name").equals(name))
        .map(check -> check.get("verdict").toString())
        .collect(Collectors.joining(","));
  }

  @Test
  void doctorFindsAHealthyInstallationHealthy() {
    Map<String, Object> doctor = json("doctor", "--json");
    for (String name : new String[] {"java", "processor", "home", "models", "model", "engine"}) {
      assertEquals("ok", verdict(doctor, name), name);
    }
    assertEquals(0, shell.run("doctor").code());
  }

  @Test
  void doctorNamesProblemsWithTheirCure() {
    Shell.Run model = shell.run("doctor", "-m", "nope");
    assertEquals(3, model.code());
    assertTrue(model.out().contains("PROBLEM"), model.out());
    Shell.Run device = shell.run("doctor", "--device", "cuda:99", "--lang", "zh");
    assertEquals(4, device.code());
    assertTrue(device.out().contains("问题") && device.out().contains("办法："), device.out());
    shell.file("file", "in the way");
    shell.env("JGPT_HOME", shell.directory.resolve("file").toString());
    assertEquals("note", verdict(json("doctor", "--json"), "home"));
  }

  /** Golden outputs of the tiny model by its own account, with one logit moved. */
  private String golden(double moved) {
    try (LanguageModel model = LanguageModel.open(shell.mini(), Options.device("cpu"))) {
      int[] ids = {97, 98};
      var one = Sampling.greedy().ignoreEos(true).maxTokens(5).logprobs(257);
      Generation generation = model.generateIds(List.of(ids), one, 1).getFirst();
      List<Logprobs.Candidate> top = generation.iterator().next().logprobs().orElseThrow().top();
      String logits =
          top.stream()
              .limit(20)
              .map(c -> "\"%d\": %s".formatted(c.id(), 30 + c.logprob()))
              .collect(Collectors.joining(", "));
      return """
          {"format": 1, "made_with": {"torch": "2"}, "prompts": [{"text": "ab", "ids": [97, 98],
           "continuation": %s, "margin": 1, "max_logit": 30.0,
           "logits": {%s, "%d": %s}}]}"""
          .formatted(
              Arrays.toString(generation.ids()),
              logits,
              top.get(20).id(),
              30 + top.get(20).logprob() + moved);
    }
  }

  @Test
  void doctorVerifiesAgainstGoldenOutputs() {
    assertTrue(shell.run("doctor", "--verify").out().contains("golden.json is missing"));
    shell.file(shell.mini().resolve("golden.json"), golden(0));
    Map<String, Object> proven = json("doctor", "--verify", "--json");
    assertEquals("ok", verdict(proven, "golden"));
    shell.file(shell.mini().resolve("golden.json"), golden(0.01));
    Shell.Run wrong = shell.run("doctor", "--verify");
    assertEquals(1, wrong.code());
    assertTrue(wrong.out().contains("differs from transformers"), wrong.out());
    String otherText = golden(0).replace("\"continuation\": [", "\"continuation\": [33, ");
    shell.file(shell.mini().resolve("golden.json"), otherText);
    assertEquals(1, shell.run("doctor", "--verify").code());
    List<String> damaged =
        List.of(
            "{\"prompts\": [",
            golden(0).replace("\"ids\": [97, 98]", "\"ids\": []"),
            golden(0).replace("\"ids\": [97, 98]", "\"ids\": [97, 257]"),
            golden(0).replaceFirst("\"continuation\": \\[[^]]*]", "\"continuation\": []"),
            golden(0).replace("\"logits\": {", "\"logits\": {\"257\": 1, "),
            golden(0).replace("\"max_logit\": 30.0", "\"max_logit\": 0"));
    for (String json : damaged) {
      shell.file(shell.mini().resolve("golden.json"), json);
      Shell.Run run = shell.run("doctor", "--verify");
      assertEquals(3, run.code(), json + " " + run.out());
    }
  }

  @Test
  void versionNamesJgptJavaAndTheSystem() {
    String version = shell.run("--version").out();
    assertTrue(version.matches("jgpt [0-9.]+\nJDK 2[0-9][^\n]*, [^\n]*\n"), version);
  }
}
