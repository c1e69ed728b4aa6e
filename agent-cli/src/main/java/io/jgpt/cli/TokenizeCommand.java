package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import io.jgpt.tokenizer.Tokenizer;
import io.jgpt.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jgpt tokenize [TEXT]}: the tokens that a model's tokenizer makes of a text. */
@Command(name = "tokenize", sortOptions = false)
final class TokenizeCommand implements Callable<Integer> {

  private static final String STDIN = "-";

  private final Invocation invocation;

  @Parameters(arity = "0..1", paramLabel = "TEXT", descriptionKey = "text")
  private Optional<String> text = Optional.empty();

  @Option(names = "--prompt-file", paramLabel = "FILE")
  private Optional<String> promptFile = Optional.empty();

  @ArgGroup(validate = false, headingKey = "group.model", order = 1)
  private ModelName model = new ModelName();

  @ArgGroup(validate = false, headingKey = "group.output", order = 2)
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  TokenizeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    if (text.isPresent() && promptFile.isPresent()) {
      throw CliException.usage("error.exclusive", "TEXT", "--prompt-file");
    }
    Path directory = model.directory(invocation);
    Tokenizer tokenizer = Tokenizers.open(directory);
    int[] ids = tokenizer.encode(text());
    if (output.isJson()) {
      Json.print(invocation.output(), json -> write(json, directory, tokenizer, ids));
    } else {
      invocation.output().write(table(tokenizer, ids));
    }
    return ExitCode.DONE.value();
  }

  /** Taken as it is, with the newline at its end: here every byte is what is asked about. */
  private String text() {
    TextInput input = new TextInput(invocation);
    if (promptFile.isPresent()) {
      return input.ofFile(promptFile.get());
    }
    return text.isPresent() && !text.get().equals(STDIN) ? text.get() : input.ofStdin();
  }

  private static void write(JsonGenerator json, Path directory, Tokenizer tokenizer, int[] ids)
      throws IOException {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    json.writeStringField("model", name == null ? directory.toString() : name.toString());
    json.writeNumberField("count", ids.length);
    json.writeFieldName("token_ids");
    json.writeArray(ids, 0, ids.length);
    json.writeArrayFieldStart("pieces");
    for (int id : ids) {
      json.writeString(tokenizer.piece(id));
    }
    json.writeEndArray();
  }

  private String table(Tokenizer tokenizer, int[] ids) {
    Messages messages = invocation.messages();
    var table = new TextTable(Align.RIGHT, Align.LEFT, Align.LEFT);
    table.row(
        messages.text("tokenize.id"),
        messages.text("tokenize.piece"),
        messages.text("tokenize.text"));
    for (int id : ids) {
      table.row(id, tokenizer.piece(id), shown(tokenizer.bytes(id)));
    }
    return table.render();
  }

  /** Whole characters as they are; bytes of a part of one in hexadecimal. */
  private static String shown(byte[] bytes) {
    Optional<String> whole = Utf8.decode(bytes);
    if (whole.isPresent()) {
      return "\"" + whole.get() + "\"";
    }
    var hex = new StringBuilder();
    for (byte b : bytes) {
      hex.append(String.format("\\x%02X", b));
    }
    return hex.toString();
  }
}
