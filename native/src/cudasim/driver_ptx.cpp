#include "driver_ptx.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

namespace cudasim::driver {
namespace {

struct Token {
  std::string_view text;
  int line = 0;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '$' || c == '%';
}

// Words (names, numbers, directives with their dot), strings as one token, and single characters; comments fall away.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // An empty token at the end.
  Token next() {
    skip_space();
    std::size_t start = at_;
    if (at_ == text_.size()) return {{}, line_};
    if (text_[at_] == '"') {
      do {
        advance();
      } while (at_ < text_.size() && text_[at_] != '"');
      if (at_ < text_.size()) advance();
    } else if (is_word(text_[at_])) {
      while (at_ < text_.size() && is_word(text_[at_])) advance();
    } else {
      advance();
    }
    return {text_.substr(start, at_ - start), line_};
  }

 private:
  void advance() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }

  bool looking_at(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void skip_until(std::string_view end) {
    while (at_ < text_.size() && !looking_at(end)) advance();
  }

  void skip_space() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance();
      } else if (looking_at("//")) {
        skip_until("\n");
      } else if (looking_at("/*")) {
        skip_until("*/");
        at_ = std::min(at_ + 2, text_.size());
      } else {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || stopped != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::size_t> type_bytes(std::string_view type) {
  static const std::map<std::string_view, std::size_t> sizes{
      {".b8", 1},  {".u8", 1},  {".s8", 1},  {".b16", 2}, {".u16", 2}, {".s16", 2},   {".f16", 2},   {".bf16", 2},
      {".b32", 4}, {".u32", 4}, {".s32", 4}, {".f32", 4}, {".b64", 8}, {".u64", 8},   {".s64", 8},   {".f64", 8},
      {".f16x2", 4}, {".bf16x2", 4}, {".b128", 16}, {".pred", 1}};
  auto found = sizes.find(type);
  if (found == sizes.end()) return std::nullopt;
  return found->second;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { advance(); }

  Ptx parse() {
    while (!token_.text.empty()) {
      if (take(".version")) {
        parse_version();
      } else if (take(".target")) {
        parse_target();
      } else if (take(".entry")) {
        parse_entry();
      } else if (take(".shared")) {
        declare_shared(global_shared_);
      } else if (token_.text == "{") {
        skip_braces();
      } else {
        advance();
      }
    }
    if (ptx_.version == 0) fail("fatal   : Missing .version directive at start of file");
    if (ptx_.target == 0) fail("fatal   : Missing .target directive");
    for (auto& [entry, used] : uses_) {
      for (const auto& [name, bytes] : global_shared_) {
        if (used.contains(name)) ptx_.entries[entry].static_shared += bytes;
      }
    }
    return ptx_;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw PtxError(token_.line, message); }

  void advance() { token_ = lexer_.next(); }

  bool take(std::string_view text) {
    if (token_.text != text) return false;
    advance();
    return true;
  }

  void expect(std::string_view text) {
    if (!take(text)) {
      fail("fatal   : Parsing error near '" + std::string(token_.text) + "': '" + std::string(text) + "' expected");
    }
  }

  std::size_t expect_number() {
    auto value = number(token_.text);
    if (!value) fail("fatal   : Parsing error near '" + std::string(token_.text) + "': a number expected");
    advance();
    return *value;
  }

  std::string_view expect_word() {
    auto word = token_.text;
    if (word.empty() || !is_word(word[0])) fail("fatal   : Parsing error near '" + std::string(word) + "': a name expected");
    advance();
    return word;
  }

  void parse_version() {
    auto dot = token_.text.find('.');
    auto major = number(token_.text.substr(0, dot));
    auto minor = dot == std::string_view::npos ? std::nullopt : number(token_.text.substr(dot + 1));
    if (!major || !minor) fail("fatal   : Parsing error near '" + std::string(token_.text) + "': a version expected");
    ptx_.version = static_cast<int>(*major * 10 + *minor);
    advance();
  }

  void parse_target() {
    auto word = expect_word();
    if (!word.starts_with("sm_")) fail("fatal   : Unknown target '" + std::string(word) + "'");
    auto digits = word.substr(3);
    if (digits.ends_with('a') || digits.ends_with('f')) {
      ptx_.exact_target = digits.ends_with('a');
      digits.remove_suffix(1);
    }
    auto value = number(digits);
    if (!value) fail("fatal   : Unknown target '" + std::string(word) + "'");
    ptx_.target = static_cast<int>(*value);
  }

  // `.align 4 .b8 name[16][2]`, behind `.param` or `.shared`: its name and bytes. An array without a size has none.
  std::pair<std::string, std::size_t> parse_variable(std::size_t* alignment) {
    std::optional<std::size_t> element;
    while (token_.text.starts_with(".")) {
      if (take(".align")) {
        *alignment = expect_number();
      } else if (auto bytes = type_bytes(token_.text)) {
        element = bytes;
        advance();
      } else {
        advance();  // .ptr, .global and other remarks
      }
    }
    if (!element) fail("fatal   : Parsing error near '" + std::string(token_.text) + "': a type expected");
    std::string name(expect_word());
    std::size_t bytes = *element;
    while (take("[")) {
      bytes *= token_.text == "]" ? 0 : expect_number();
      expect("]");
    }
    if (*alignment == 0) *alignment = *element;
    return {name, bytes};
  }

  void declare_shared(std::map<std::string, std::size_t, std::less<>>& variables) {
    std::size_t alignment = 0;
    auto [name, bytes] = parse_variable(&alignment);
    variables[name] = (bytes + alignment - 1) / alignment * alignment;
  }

  void parse_entry() {
    PtxEntry entry;
    entry.line = token_.line;
    entry.name = expect_word();
    if (take("(") && !take(")")) {
      do {
        expect(".param");
        std::size_t alignment = 0;
        entry.parameters.push_back(parse_variable(&alignment).second);
      } while (take(","));
      expect(")");
    }
    while (token_.text != "{") {
      if (token_.text.empty() || token_.text == ";") fail("fatal   : Entry '" + entry.name + "' has no body");
      if (take(".maxntid") || take(".reqntid")) {
        std::size_t threads = expect_number();
        while (take(",")) threads *= expect_number();
        entry.max_threads = static_cast<unsigned>(threads);
      } else {
        advance();
      }
    }
    ptx_.entries.push_back(entry);
    parse_body(ptx_.entries.size() - 1);
  }

  void parse_body(std::size_t entry) {
    std::map<std::string, std::size_t, std::less<>> shared;
    std::set<std::string, std::less<>>& used = uses_[entry];
    int depth = 0;
    do {
      if (token_.text.empty()) fail("fatal   : Entry '" + ptx_.entries[entry].name + "' has no end");
      if (take(".shared")) {
        declare_shared(shared);
        continue;
      }
      if (token_.text == "{") ++depth;
      if (token_.text == "}") --depth;
      if (is_word(token_.text[0])) used.emplace(token_.text);
      advance();
    } while (depth > 0);
    for (const auto& [name, bytes] : shared) ptx_.entries[entry].static_shared += bytes;
  }

  void skip_braces() {
    int depth = 0;
    do {
      if (token_.text.empty()) fail("fatal   : A '{' has no '}'");
      if (token_.text == "{") ++depth;
      if (token_.text == "}") --depth;
      advance();
    } while (depth > 0);
  }

  Lexer lexer_;
  Token token_;
  Ptx ptx_;
  std::map<std::string, std::size_t, std::less<>> global_shared_;  // of the module, by name
  std::map<std::size_t, std::set<std::string, std::less<>>> uses_;  // words in the body of each entry
};

}  // namespace

Ptx parse_ptx(std::string_view text) { return Parser(text).parse(); }

}  // namespace cudasim::driver
